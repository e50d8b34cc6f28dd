package io.retrograd.backend.cuda.standin;

import static io.retrograd.backend.cuda.standin.Libraries.DOUBLE;
import static io.retrograd.backend.cuda.standin.Libraries.FLOAT;
import static io.retrograd.backend.cuda.standin.Libraries.getDoubles;
import static io.retrograd.backend.cuda.standin.Libraries.getFloats;
import static io.retrograd.backend.cuda.standin.Libraries.scalar;
import static io.retrograd.backend.cuda.standin.Libraries.status;
import static io.retrograd.backend.cuda.standin.Numbers.filled;
import static io.retrograd.backend.cuda.standin.Numbers.integers;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import jcuda.Pointer;
import jcuda.cudaDataType;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasComputeType;
import jcuda.jcublas.cublasMath;
import jcuda.jcublas.cublasOperation;
import jcuda.jcublas.cublasPointerMode;
import jcuda.jcublas.cublasSideMode;
import jcuda.jcublas.cublasStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stand-in's cuBLAS against loops, exactly, on integers. Matrices lie column by column. */
class BlasTest {
    private static final int N = cublasOperation.CUBLAS_OP_N;
    private static final int T = cublasOperation.CUBLAS_OP_T;
    private static final int DEFAULT_ALGORITHM = -1;

    /** 2 op(A) op(B) + 3 C for C (m, n) with a leading dimension; what lies between stays. */
    private static double[] product(
            int ta,
            int tb,
            int m,
            int n,
            int k,
            double[] a,
            int lda,
            double[] b,
            int ldb,
            double[] c,
            int ldc) {
        double[] result = c.clone();
        for (int j = 0; j < n; j++) {
            for (int i = 0; i < m; i++) {
                double sum = 0;
                for (int p = 0; p < k; p++) {
                    sum +=
                            a[ta == N ? i + p * lda : p + i * lda]
                                    * b[tb == N ? p + j * ldb : j + p * ldb];
                }
                result[i + j * ldc] = 2 * sum + 3 * c[i + j * ldc];
            }
        }
        return result;
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0,1", "1,0", "1,1"})
    void gemmIsItsDefinition(int ta, int tb) {
        int m = 5;
        int n = 7;
        int k = 3;
        int lda = 8;
        int ldb = 9;
        int ldc = 6;
        double[] a = integers(lda * 8, 1);
        double[] b = integers(ldb * 8, 2);
        double[] c = integers(ldc * n, 3);
        try (Libraries gpu = Libraries.open()) {
            Pointer result = gpu.floats(c);
            JCublas2.cublasSgemm(
                    gpu.blas,
                    ta,
                    tb,
                    m,
                    n,
                    k,
                    scalar(FLOAT, 2),
                    gpu.floats(a),
                    lda,
                    gpu.floats(b),
                    ldb,
                    scalar(FLOAT, 3),
                    result,
                    ldc);
            assertArrayEquals(
                    product(ta, tb, m, n, k, a, lda, b, ldb, c, ldc), getFloats(result, c.length));
        }
    }

    @Test
    void betaOfZeroReadsNothing() {
        try (Libraries gpu = Libraries.open()) {
            Pointer c = gpu.memory(16);
            JCublas2.cublasDgemm(
                    gpu.blas,
                    N,
                    N,
                    1,
                    2,
                    1,
                    scalar(DOUBLE, 1),
                    gpu.doubles(3),
                    1,
                    gpu.doubles(5, 7),
                    1,
                    scalar(DOUBLE, 0),
                    c,
                    1);
            assertArrayEquals(new double[] {15, 21}, getDoubles(c, 2));
        }
    }

    @Test
    void scalarsMayLieOnTheDevice() {
        try (Libraries gpu = Libraries.open()) {
            Pointer c = gpu.doubles(100);
            JCublas2.cublasSetPointerMode(gpu.blas, cublasPointerMode.CUBLAS_POINTER_MODE_DEVICE);
            JCublas2.cublasDgemm(
                    gpu.blas,
                    N,
                    N,
                    1,
                    1,
                    1,
                    gpu.doubles(2),
                    gpu.doubles(3),
                    1,
                    gpu.doubles(5),
                    1,
                    gpu.doubles(4),
                    c,
                    1);
            assertArrayEquals(new double[] {430}, getDoubles(c, 1));
            Pointer sum = gpu.memory(8);
            JCublas2.cublasDdot(gpu.blas, 2, gpu.doubles(1, 2), 1, gpu.doubles(3, 4), 1, sum);
            assertArrayEquals(new double[] {11}, getDoubles(sum, 1));
        }
    }

    @Test
    void batchesAreApart() {
        try (Libraries gpu = Libraries.open()) {
            Pointer a = gpu.floats(1, 2, 3, 4);
            Pointer c = gpu.floats(filled(4, Double.NaN));
            JCublas2.cublasSgemmStridedBatched(
                    gpu.blas,
                    N,
                    N,
                    1,
                    1,
                    2,
                    scalar(FLOAT, 1),
                    a,
                    1,
                    2,
                    a,
                    2,
                    2,
                    scalar(FLOAT, 0),
                    c,
                    1,
                    3,
                    2);
            assertArrayEquals(new double[] {5, Double.NaN, Double.NaN, 25}, getFloats(c, 4));
        }
    }

    @Test
    void smallLeadingDimensionsAreRefused() {
        int invalid = cublasStatus.CUBLAS_STATUS_INVALID_VALUE;
        try (Libraries gpu = Libraries.open()) {
            Pointer p = gpu.floats(filled(16, 1));
            assertEquals(invalid, gemm(gpu, p, 4, 1, 4, 4));
            assertEquals(invalid, gemm(gpu, p, 4, 4, 1, 4));
            assertEquals(invalid, gemm(gpu, p, 4, 4, 4, 3));
            assertEquals(invalid, gemm(gpu, p, -1, 4, 4, 4));
            assertEquals(0, gemm(gpu, p, 4, 4, 4, 4));
            assertEquals(
                    invalid,
                    status(() -> JCublas2.cublasSetWorkspace(gpu.blas, p.withByteOffset(4), 4)));
        }
    }

    private static int gemm(Libraries gpu, Pointer p, int n, int lda, int ldb, int ldc) {
        return status(
                () ->
                        JCublas2.cublasSgemm(
                                gpu.blas,
                                N,
                                N,
                                n,
                                n,
                                n,
                                scalar(FLOAT, 1),
                                p,
                                lda,
                                p,
                                ldb,
                                scalar(FLOAT, 0),
                                p,
                                ldc));
    }

    /** bfloat16's 1, 2, 3 are the upper halves of the floats. */
    @Test
    void mixedProductsSumInFloat() {
        int bf16 = cudaDataType.CUDA_R_16BF;
        int f32 = cudaDataType.CUDA_R_32F;
        try (Libraries gpu = Libraries.open()) {
            Pointer a = gpu.shorts(0x3f80, 0x4000, 0x4040);
            Pointer c = gpu.floats(0);
            assertEquals(0, mixed(gpu, a, bf16, c, f32, cublasComputeType.CUBLAS_COMPUTE_32F));
            assertArrayEquals(new double[] {14}, getFloats(c, 1));
            assertEquals(
                    cublasStatus.CUBLAS_STATUS_NOT_SUPPORTED,
                    mixed(gpu, a, bf16, c, f32, cublasComputeType.CUBLAS_COMPUTE_16F));
            assertEquals(
                    cublasStatus.CUBLAS_STATUS_NOT_SUPPORTED,
                    mixed(gpu, a, f32, c, bf16, cublasComputeType.CUBLAS_COMPUTE_32F));
        }
    }

    /** As a backend multiplies batches: strides of one matrix, a workspace, TF32 allowed. */
    @Test
    void mixedBatchesAreApart() {
        int f32 = cudaDataType.CUDA_R_32F;
        try (Libraries gpu = Libraries.open()) {
            JCublas2.cublasSetMathMode(gpu.blas, cublasMath.CUBLAS_TF32_TENSOR_OP_MATH);
            JCublas2.cublasSetWorkspace(gpu.blas, gpu.memory(1 << 16), 1 << 16);
            Pointer a = gpu.floats(1, 2, 3, 4);
            Pointer c = gpu.floats(filled(2, Double.NaN));
            JCublas2.cublasGemmStridedBatchedEx_new(
                    gpu.blas,
                    T,
                    N,
                    1,
                    1,
                    2,
                    scalar(FLOAT, 1),
                    a,
                    f32,
                    2,
                    2,
                    a,
                    f32,
                    2,
                    2,
                    scalar(FLOAT, 0),
                    c,
                    f32,
                    1,
                    1,
                    2,
                    cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32,
                    DEFAULT_ALGORITHM);
            assertArrayEquals(new double[] {5, 25}, getFloats(c, 2));
        }
    }

    private static int mixed(Libraries gpu, Pointer a, int ab, Pointer c, int out, int compute) {
        return status(
                () ->
                        JCublas2.cublasGemmEx_new(
                                gpu.blas,
                                T,
                                N,
                                1,
                                1,
                                3,
                                scalar(FLOAT, 1),
                                a,
                                ab,
                                3,
                                a,
                                ab,
                                3,
                                scalar(FLOAT, 0),
                                c,
                                out,
                                1,
                                compute,
                                DEFAULT_ALGORITHM));
    }

    @Test
    void matrixTimesVector() {
        try (Libraries gpu = Libraries.open()) {
            Pointer a = gpu.doubles(1, 2, 3, 4, 5, 6);
            Pointer y = gpu.doubles(1, -9, 1);
            JCublas2.cublasDgemv(
                    gpu.blas,
                    N,
                    2,
                    3,
                    scalar(DOUBLE, 1),
                    a,
                    2,
                    gpu.doubles(1, 10, 100),
                    1,
                    scalar(DOUBLE, 2),
                    y,
                    2);
            assertArrayEquals(new double[] {533, -9, 644}, getDoubles(y, 3));
            JCublas2.cublasDgemv(
                    gpu.blas,
                    T,
                    2,
                    3,
                    scalar(DOUBLE, 1),
                    a,
                    2,
                    gpu.doubles(1, 10),
                    -1,
                    scalar(DOUBLE, 0),
                    y,
                    1);
            assertArrayEquals(new double[] {12, 34, 56}, getDoubles(y, 3));
            JCublas2.cublasDger(
                    gpu.blas,
                    2,
                    3,
                    scalar(DOUBLE, 2),
                    gpu.doubles(1, 2),
                    1,
                    gpu.doubles(1, 10, 100),
                    1,
                    a,
                    2);
            assertArrayEquals(new double[] {3, 6, 23, 44, 205, 406}, getDoubles(a, 6));
        }
    }

    @Test
    void vectors() {
        try (Libraries gpu = Libraries.open()) {
            Pointer x = gpu.doubles(3, 9, -4, 9, 0);
            Pointer y = gpu.doubles(1, 1, 1);
            JCublas2.cublasDaxpy(gpu.blas, 3, scalar(DOUBLE, 2), x, 2, y, -1);
            assertArrayEquals(new double[] {1, -7, 7}, getDoubles(y, 3));
            double[] result = new double[1];
            JCublas2.cublasDnrm2(gpu.blas, 3, x, 2, Pointer.to(result));
            assertEquals(5, result[0], 1e-15);
            JCublas2.cublasDasum(gpu.blas, 3, x, 2, Pointer.to(result));
            assertEquals(7, result[0]);
            int[] index = new int[1];
            JCublas2.cublasIdamax(gpu.blas, 3, x, 2, Pointer.to(index));
            assertEquals(2, index[0]);
            JCublas2.cublasIdamax(gpu.blas, 5, x, 1, Pointer.to(index));
            assertEquals(2, index[0], "the first of two equal ones");
            JCublas2.cublasDswap(gpu.blas, 3, x, 1, y, 1);
            JCublas2.cublasDscal(gpu.blas, 2, scalar(DOUBLE, 10), y, 2);
            assertArrayEquals(new double[] {30, 9, -40}, getDoubles(y, 3));
            assertArrayEquals(new double[] {1, -7, 7, 9, 0}, getDoubles(x, 5));
        }
    }

    @Test
    void sumsAndDiagonals() {
        try (Libraries gpu = Libraries.open()) {
            Pointer a = gpu.floats(1, 2, 3, 4, 5, 6);
            Pointer c = gpu.memory(24);
            JCublas2.cublasSgeam(
                    gpu.blas, T, N, 3, 2, scalar(FLOAT, 1), a, 2, scalar(FLOAT, 10), a, 3, c, 3);
            assertArrayEquals(new double[] {11, 23, 35, 42, 54, 66}, getFloats(c, 6));
            JCublas2.cublasSdgmm(
                    gpu.blas,
                    cublasSideMode.CUBLAS_SIDE_LEFT,
                    2,
                    3,
                    a,
                    2,
                    gpu.floats(1, 10),
                    1,
                    c,
                    2);
            assertArrayEquals(new double[] {1, 20, 3, 40, 5, 60}, getFloats(c, 6));
            JCublas2.cublasSdgmm(
                    gpu.blas,
                    cublasSideMode.CUBLAS_SIDE_RIGHT,
                    2,
                    3,
                    a,
                    2,
                    gpu.floats(1, 10, 100),
                    1,
                    c,
                    2);
            assertArrayEquals(new double[] {1, 2, 30, 40, 500, 600}, getFloats(c, 6));
        }
    }
}
