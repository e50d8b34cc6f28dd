package io.retrograd.backend.cuda.standin;

import static io.retrograd.backend.cuda.standin.Libraries.FLOAT;
import static io.retrograd.backend.cuda.standin.Libraries.scalar;

import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasOperation;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionFwdAlgo;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnTensorDescriptor;

/**
 * Misuses of cuDNN and cuBLAS that a GPU answers with garbage or not at all, and that the stand-in
 * has to end. Run by {@link LibraryFaultTest} in a JVM of its own: {@code LibraryFaults NAME}.
 */
enum LibraryFaults {
    WRONG_STRIDE("cudnnAddTensor: C: out of bounds"),
    UNINITIALISED("cudnnAddTensor: A: reads uninitialised memory"),
    OVERSTATED_WORKSPACE("cudnnConvolutionForward: workSpace: out of bounds"),
    DESTROYED_DESCRIPTOR("cudnnAddTensor: cDesc is no live cuDNN tensor descriptor"),
    LEAKED_DESCRIPTOR("leaked when the context ended: 1 cuDNN tensor descriptor"),
    MATRIX_TOO_SMALL("cublasSgemm_v2: C: writes 8 bytes at 0 bytes past the end of allocation 2"),
    NOTHING_WRONG("");

    private static final int COUNT = 6;

    final String message;

    LibraryFaults(String message) {
        this.message = message;
    }

    private void run(Libraries gpu) {
        cudnnTensorDescriptor t = gpu.tensor(FLOAT, 1, 2, 1, 3);
        Pointer a = gpu.floats(1, 2, 3, 4, 5, 6);
        Pointer c = gpu.floats(1, 2, 3, 4, 5, 6);
        switch (this) {
            case WRONG_STRIDE -> {
                cudnnTensorDescriptor spread = gpu.tensor();
                JCudnn.cudnnSetTensor4dDescriptorEx(spread, FLOAT, 1, 2, 1, 3, 8, 4, 4, 1);
                add(gpu, t, a, spread, c);
            }
            case UNINITIALISED -> add(gpu, t, gpu.memory(4 * COUNT), t, c);
            case OVERSTATED_WORKSPACE -> convolve(gpu, a);
            case DESTROYED_DESCRIPTOR -> {
                cudnnTensorDescriptor gone = new cudnnTensorDescriptor();
                JCudnn.cudnnCreateTensorDescriptor(gone);
                JCudnn.cudnnDestroyTensorDescriptor(gone);
                add(gpu, t, a, gone, c);
            }
            case LEAKED_DESCRIPTOR ->
                    JCudnn.cudnnCreateTensorDescriptor(new cudnnTensorDescriptor());
            case MATRIX_TOO_SMALL ->
                    JCublas2.cublasSgemm(
                            gpu.blas,
                            cublasOperation.CUBLAS_OP_N,
                            cublasOperation.CUBLAS_OP_N,
                            2,
                            3,
                            1,
                            scalar(FLOAT, 1),
                            a,
                            2,
                            a,
                            1,
                            scalar(FLOAT, 0),
                            c,
                            3);
            case NOTHING_WRONG -> add(gpu, t, a, t, c);
        }
    }

    private static void add(
            Libraries gpu,
            cudnnTensorDescriptor aShape,
            Pointer a,
            cudnnTensorDescriptor cShape,
            Pointer c) {
        JCudnn.cudnnAddTensor(gpu.dnn, scalar(FLOAT, 1), aShape, a, scalar(FLOAT, 1), cShape, c);
    }

    /** Says that there is as much workspace as is wanted, where there is a byte. */
    private static void convolve(Libraries gpu, Pointer x) {
        int gemm = cudnnConvolutionFwdAlgo.CUDNN_CONVOLUTION_FWD_ALGO_GEMM;
        cudnnTensorDescriptor t = gpu.tensor(FLOAT, 1, 2, 1, 3);
        cudnnFilterDescriptor w = gpu.filter(FLOAT, 2, 2, 1, 1);
        cudnnConvolutionDescriptor convolution = gpu.convolution();
        JCudnn.cudnnSetConvolution2dDescriptor(convolution, 0, 0, 1, 1, 1, 1, 1, FLOAT);
        long[] bytes = new long[1];
        JCudnn.cudnnGetConvolutionForwardWorkspaceSize(gpu.dnn, t, w, convolution, t, gemm, bytes);
        JCudnn.cudnnConvolutionForward(
                gpu.dnn,
                scalar(FLOAT, 1),
                t,
                x,
                w,
                x,
                convolution,
                gemm,
                gpu.memory(1),
                bytes[0],
                scalar(FLOAT, 0),
                t,
                gpu.memory(4 * COUNT));
    }

    public static void main(String[] arguments) {
        try (Libraries gpu = Libraries.open()) {
            valueOf(arguments[0]).run(gpu);
        }
    }
}
