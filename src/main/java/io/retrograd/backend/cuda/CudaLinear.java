package io.retrograd.backend.cuda;

import static jcuda.jcublas.cublasOperation.CUBLAS_OP_N;
import static jcuda.jcublas.cublasOperation.CUBLAS_OP_T;

import org.jspecify.annotations.Nullable;

/**
 * {@code y = x wᵀ + b} by cuBLAS.
 *
 * <pre>
 *   x (…, I)    w (O, I)    b (O)    y (…, O)        the leading sizes together: N rows
 *
 *   dx = dy w        dw = dyᵀ x        db[o] = Σₙ dy[n,o]
 * </pre>
 *
 * cuBLAS takes matrices column by column: a row-major one of n rows is to it the transposed one of
 * n columns. So each product is computed transposed, with its factors in the other order.
 */
final class CudaLinear extends CudaOp {
    private final CudaTensor x;
    private final CudaTensor w;
    private final @Nullable CudaTensor b;
    private final CudaTensor y;
    private final int rows;
    private final int inputs;
    private final int outputs;

    CudaLinear(CudaTensor x, CudaTensor w, @Nullable CudaTensor b, CudaTensor y) {
        super(x.device());
        this.x = x;
        this.w = w;
        this.b = b;
        this.y = y;
        outputs = w.dim(0);
        inputs = w.dim(1);
        rows = x.size() / inputs;
    }

    @Override
    void prepare(CudaPlanner planner) {
        Gemm.Matrix xs = new Gemm.Matrix(x, CUBLAS_OP_N, inputs);
        Gemm.Matrix ys = new Gemm.Matrix(y, CUBLAS_OP_N, outputs);
        Gemm gemm = new Gemm(device());
        forwardPass()
                .add(
                        "gemm y",
                        gemm.product(
                                new Gemm.Matrix(w, CUBLAS_OP_T, inputs),
                                xs,
                                ys,
                                outputs,
                                rows,
                                inputs));
        if (b != null) {
            forwardPass().bias(b, y, outputs, /* positions= */ 1);
        }
        CudaTensor dy = y.gradient();
        if (dy == null) {
            return;
        }
        backward(gemm, xs, dy);
    }

    private void backward(Gemm gemm, Gemm.Matrix xs, CudaTensor dy) {
        CudaPass pass = backwardPass();
        CudaTensor dx = x.gradient();
        if (dx != null) {
            pass.reads(w);
            pass.add(
                    "gemm dx",
                    gemm.product(
                            new Gemm.Matrix(w, CUBLAS_OP_N, inputs),
                            new Gemm.Matrix(dy, CUBLAS_OP_N, outputs),
                            new Gemm.Matrix(dx, CUBLAS_OP_N, inputs),
                            inputs,
                            rows,
                            outputs));
        }
        CudaTensor dw = w.gradient();
        if (dw != null) {
            pass.reads(x);
            pass.add(
                    "gemm dw",
                    gemm.product(
                            xs,
                            new Gemm.Matrix(dy, CUBLAS_OP_T, outputs),
                            new Gemm.Matrix(dw, CUBLAS_OP_N, inputs),
                            inputs,
                            outputs,
                            rows));
        }
        if (b != null && b.gradient() != null) {
            pass.biasGradient(dy, b.requireGradient(), rows, outputs, /* positions= */ 1);
        }
    }
}
