package io.retrograd.backend.cuda;

import static jcuda.jcublas.JCublas2.cublasGemmEx_new;
import static jcuda.jcublas.cublasGemmAlgo.CUBLAS_GEMM_DEFAULT;

/** Products of matrices by cuBLAS, column-major, in the backend's precision. */
final class Gemm {
    private final CudaDevice device;

    Gemm(CudaDevice device) {
        this.device = device;
    }

    /**
     * A matrix in a tensor.
     *
     * @param operation cuBLAS's number of what is done to it first
     * @param leading elements from one column to the next
     */
    record Matrix(CudaTensor tensor, int operation, int leading) {}

    /** {@code c (m, n) = op(a) (m, k) · op(b) (k, n)}. */
    Runnable product(Matrix a, Matrix b, Matrix c, int m, int n, int k) {
        int type = device.precision().cublasType();
        return () ->
                cublasGemmEx_new(
                        device.blas(),
                        a.operation,
                        b.operation,
                        m,
                        n,
                        k,
                        device.one(),
                        a.tensor.pointer(),
                        type,
                        a.leading,
                        b.tensor.pointer(),
                        type,
                        b.leading,
                        device.zero(),
                        c.tensor.pointer(),
                        type,
                        c.leading,
                        device.precision().computeType(),
                        CUBLAS_GEMM_DEFAULT);
    }
}
