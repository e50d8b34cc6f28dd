package io.retrograd.backend.cuda;

import static jcuda.jcublas.cublasOperation.CUBLAS_OP_N;
import static jcuda.jcublas.cublasOperation.CUBLAS_OP_T;

import io.retrograd.operation.Products;

/**
 * Products of stacks of matrices by cuBLAS: {@link Products.MatMul}.
 *
 * <p>cuBLAS takes matrices column by column: as in {@link CudaLinear}, each product is computed
 * transposed, with its factors in the other order.
 */
final class CudaMatMul extends CudaOp {
    private final boolean transposed;
    private final CudaTensor x;
    private final CudaTensor w;
    private final CudaTensor y;
    private final int rows;
    private final int terms;
    private final int columns;
    private final int stack;

    CudaMatMul(Products.MatMul o) {
        super(own(o.y()).device());
        transposed = o.transposed();
        x = own(o.x());
        w = own(o.w());
        y = own(o.y());
        int rank = y.shape().rank();
        rows = y.dim(rank - 2);
        columns = y.dim(rank - 1);
        terms = x.dim(rank - 1);
        stack = y.size() / (rows * columns);
    }

    @Override
    void prepare(CudaPlanner planner) {
        Gemm gemm = new Gemm(device());
        int pitch = transposed ? terms : columns;
        Gemm.Matrix xs = new Gemm.Matrix(x, CUBLAS_OP_N, terms);
        Gemm.Matrix ws = new Gemm.Matrix(w, transposed ? CUBLAS_OP_T : CUBLAS_OP_N, pitch);
        Gemm.Matrix ys = new Gemm.Matrix(y, CUBLAS_OP_N, columns);
        forwardPass().add("gemms y", gemm.products(stack, ws, xs, ys, columns, rows, terms));
        CudaTensor dy = y.gradient();
        if (dy == null) {
            return;
        }
        CudaPass pass = backwardPass();
        CudaTensor dx = x.gradient();
        if (dx != null) {
            pass.reads(w);
            Gemm.Matrix back = new Gemm.Matrix(w, transposed ? CUBLAS_OP_N : CUBLAS_OP_T, pitch);
            Gemm.Matrix dys = new Gemm.Matrix(dy, CUBLAS_OP_N, columns);
            Gemm.Matrix dxs = new Gemm.Matrix(dx, CUBLAS_OP_N, terms);
            pass.add("gemms dx", gemm.products(stack, back, dys, dxs, terms, rows, columns));
        }
        CudaTensor dw = w.gradient();
        if (dw != null) {
            pass.reads(x);
            Gemm.Matrix dws = new Gemm.Matrix(dw, CUBLAS_OP_N, pitch);
            pass.add("gemms dw", transposed ? weights(gemm, dy, dws) : plainWeights(gemm, dy, dws));
        }
    }

    /** {@code dw (N, K) = dyᵀ·x}. */
    private Runnable weights(Gemm gemm, CudaTensor dy, Gemm.Matrix dws) {
        Gemm.Matrix xs = new Gemm.Matrix(x, CUBLAS_OP_N, terms);
        Gemm.Matrix dys = new Gemm.Matrix(dy, CUBLAS_OP_T, columns);
        return gemm.products(stack, xs, dys, dws, terms, columns, rows);
    }

    /** {@code dw (K, N) = xᵀ·dy}. */
    private Runnable plainWeights(Gemm gemm, CudaTensor dy, Gemm.Matrix dws) {
        Gemm.Matrix dys = new Gemm.Matrix(dy, CUBLAS_OP_N, columns);
        Gemm.Matrix xs = new Gemm.Matrix(x, CUBLAS_OP_T, terms);
        return gemm.products(stack, dys, xs, dws, columns, terms, rows);
    }
}
