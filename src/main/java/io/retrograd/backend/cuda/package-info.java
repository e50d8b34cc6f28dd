/**
 * NVIDIA GPUs through CUDA: the driver API, cuDNN, cuBLAS and NVRTC, all by way of JCuda.
 *
 * <p>{@link io.retrograd.backend.cuda.platform} finds and loads them. On a machine without a GPU
 * the same code runs on the CPU stand-in, which is chosen only by its own name.
 *
 * <p>Start reading at {@code CudaOp} and {@code CudaPass}, then {@code CudaSoftmax}.
 */
@NullMarked
package io.retrograd.backend.cuda;

import org.jspecify.annotations.NullMarked;
