package io.retrograd.backend.cuda;

import io.retrograd.tensor.DType;
import java.util.Arrays;
import java.util.List;
import jcuda.cudaDataType;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnMathType;

/** What numbers are kept in, and what products are computed in. */
enum CudaPrecision {
    /** IEEE 754 single precision throughout: no product is rounded to fewer bits first. */
    FLOAT32(
            "float32",
            DType.FLOAT32,
            DType.FLOAT32.epsilon(),
            cublasComputeType.CUBLAS_COMPUTE_32F,
            cudnnMathType.CUDNN_FMA_MATH),

    /** Single precision whose convolutions and products round their factors to 10 bits first. */
    TF32(
            "tf32",
            DType.FLOAT32,
            0x1p-10,
            cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32,
            cudnnMathType.CUDNN_TENSOR_OP_MATH),

    /** IEEE 754 double precision. */
    FLOAT64(
            "float64",
            DType.FLOAT64,
            DType.FLOAT64.epsilon(),
            cublasComputeType.CUBLAS_COMPUTE_64F,
            cudnnMathType.CUDNN_DEFAULT_MATH);

    private static final int AMPERE = 80;

    private final String text;
    private final DType dtype;
    private final double epsilon;
    private final int computeType;
    private final int mathType;

    CudaPrecision(String text, DType dtype, double epsilon, int computeType, int mathType) {
        this.text = text;
        this.dtype = dtype;
        this.epsilon = epsilon;
        this.computeType = computeType;
        this.mathType = mathType;
    }

    /** The precisions as in {@code --precision}, the default first. */
    static List<String> all() {
        return Arrays.stream(values()).map(p -> p.text).toList();
    }

    /** The precision of a name that {@link #all} has. */
    static CudaPrecision of(String text) {
        return Arrays.stream(values())
                .filter(p -> p.text.equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "precision: expected one of " + all() + ", got " + text));
    }

    /** What tensors hold. */
    DType dtype() {
        return dtype;
    }

    /** What kernels call {@code real}. */
    ElementType real() {
        return ElementType.of(dtype);
    }

    /** The first architecture whose GPUs have it, as 10 major + minor. */
    int firstArchitecture() {
        return this == TF32 ? AMPERE : 0;
    }

    /** Distance from 1 to the next larger number that factors are rounded to. */
    double epsilon() {
        return epsilon;
    }

    /** cuBLAS's number of the tensors' type. */
    int cublasType() {
        return dtype == DType.FLOAT64 ? cudaDataType.CUDA_R_64F : cudaDataType.CUDA_R_32F;
    }

    /** cuBLAS's number of how products are computed. */
    int computeType() {
        return computeType;
    }

    /** The same for products of factors that are not rounded first. */
    int unroundedComputeType() {
        return this == TF32 ? FLOAT32.computeType : computeType;
    }

    /** cuDNN's number of the tensors' type. */
    int cudnnType() {
        return dtype == DType.FLOAT64
                ? cudnnDataType.CUDNN_DATA_DOUBLE
                : cudnnDataType.CUDNN_DATA_FLOAT;
    }

    /** cuDNN's number of how convolutions are computed. */
    int mathType() {
        return mathType;
    }

    /** Whether products that cuDNN computes so are as precise as this. */
    boolean allows(int math) {
        return switch (math) {
            case cudnnMathType.CUDNN_DEFAULT_MATH, cudnnMathType.CUDNN_FMA_MATH -> true;
            case cudnnMathType.CUDNN_TENSOR_OP_MATH -> this == TF32;
            default -> false;
        };
    }

    /**
     * What to ask of a convolution whose algorithm cuDNN offers with such mathematics: just that,
     * but for float32, where default mathematics might round factors.
     */
    int mathType(int offered) {
        return this == FLOAT32 ? mathType : offered;
    }

    @Override
    public String toString() {
        return text;
    }
}
