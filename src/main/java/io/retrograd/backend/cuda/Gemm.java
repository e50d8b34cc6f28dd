package io.retrograd.backend.cuda;

import static jcuda.jcublas.JCublas2.cublasGemmEx_new;
import static jcuda.jcublas.JCublas2.cublasGemmStridedBatchedEx_new;
import static jcuda.jcublas.cublasGemmAlgo.CUBLAS_GEMM_DEFAULT;

import jcuda.Pointer;
import org.jspecify.annotations.Nullable;

/** Products of matrices by cuBLAS, column-major, in the backend's precision. */
final class Gemm {
    private final CudaDevice device;
    private final int computeType;

    Gemm(CudaDevice device) {
        this(device, device.precision().computeType());
    }

    private Gemm(CudaDevice device, int computeType) {
        this.device = device;
        this.computeType = computeType;
    }

    /** Of factors that are not rounded first, whatever the backend's precision. */
    static Gemm ofUnrounded(CudaDevice device) {
        return new Gemm(device, device.precision().unroundedComputeType());
    }

    /**
     * A matrix in a tensor.
     *
     * @param first the element at which it begins
     * @param operation cuBLAS's number of what is done to it first
     * @param leading elements from one column to the next
     */
    record Matrix(CudaTensor tensor, long first, int operation, int leading) {
        Matrix(CudaTensor tensor, int operation, int leading) {
            this(tensor, 0, operation, leading);
        }
    }

    /** Where a matrix begins: looked up at the first run, when its tensor has memory. */
    private static final class Start {
        private final Matrix matrix;
        private @Nullable Pointer pointer;

        Start(Matrix matrix) {
            this.matrix = matrix;
        }

        Pointer pointer() {
            Pointer tensor = matrix.tensor.pointer();
            Pointer known = pointer;
            if (known == null) {
                known = tensor.withByteOffset(matrix.first * matrix.tensor.dtype().bytes());
                pointer = known;
            }
            return known;
        }
    }

    /** {@code c (m, n) = op(a) (m, k) · op(b) (k, n)}. */
    Runnable product(Matrix a, Matrix b, Matrix c, int m, int n, int k) {
        return product(a, b, device.zero(), c, m, n, k);
    }

    /** {@code c (m, n) += op(a) (m, k) · op(b) (k, n)}. */
    Runnable addedProduct(Matrix a, Matrix b, Matrix c, int m, int n, int k) {
        return product(a, b, device.one(), c, m, n, k);
    }

    /**
     * {@code c (m, n) = op(a) (m, k) · op(b) (k, n)} for each matrix of stacks, one behind the
     * other in each tensor.
     */
    Runnable products(int count, Matrix a, Matrix b, Matrix c, int m, int n, int k) {
        int type = device.precision().cublasType();
        Start startA = new Start(a);
        Start startB = new Start(b);
        Start startC = new Start(c);
        return () ->
                cublasGemmStridedBatchedEx_new(
                        device.blas(),
                        a.operation,
                        b.operation,
                        m,
                        n,
                        k,
                        device.one(),
                        startA.pointer(),
                        type,
                        a.leading,
                        (long) m * k,
                        startB.pointer(),
                        type,
                        b.leading,
                        (long) k * n,
                        device.zero(),
                        startC.pointer(),
                        type,
                        c.leading,
                        (long) m * n,
                        count,
                        computeType,
                        CUBLAS_GEMM_DEFAULT);
    }

    private Runnable product(Matrix a, Matrix b, Pointer beta, Matrix c, int m, int n, int k) {
        int type = device.precision().cublasType();
        Start startA = new Start(a);
        Start startB = new Start(b);
        Start startC = new Start(c);
        return () ->
                cublasGemmEx_new(
                        device.blas(),
                        a.operation,
                        b.operation,
                        m,
                        n,
                        k,
                        device.one(),
                        startA.pointer(),
                        type,
                        a.leading,
                        startB.pointer(),
                        type,
                        b.leading,
                        beta,
                        startC.pointer(),
                        type,
                        c.leading,
                        computeType,
                        CUBLAS_GEMM_DEFAULT);
    }
}
