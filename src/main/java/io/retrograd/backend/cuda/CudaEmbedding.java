package io.retrograd.backend.cuda;

import io.retrograd.operation.EmbeddingSpec;

/** {@code y[i] = w[x[i]]}; {@code kernels/embedding.cu}. */
final class CudaEmbedding extends CudaOp {
    private static final int NONE = -1;

    private final EmbeddingSpec spec;
    private final CudaTensor x;
    private final CudaTensor w;
    private final CudaTensor y;

    CudaEmbedding(EmbeddingSpec spec, CudaTensor x, CudaTensor w, CudaTensor y) {
        super(x.device());
        this.spec = spec;
        this.x = x;
        this.w = w;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        int rows = w.dim(0);
        int columns = w.dim(1);
        int zero = spec.zeros() ? spec.padding() : NONE;
        Grid all = Grid.over(y.size());
        forwardPass().launch("embedding_forward", all, x, w, y, zero, rows, columns, y.size());
        CudaTensor dy = y.gradient();
        if (dy != null) {
            CudaTensor dw = w.requireGradient();
            int tiles = (columns + Grid.THREADS - 1) / Grid.THREADS;
            Grid grid = Grid.of(Math.multiplyExact(rows, tiles), Grid.THREADS);
            backwardPass().reads(x);
            backwardPass()
                    .launch(
                            "embedding_backward",
                            grid,
                            x,
                            dy,
                            dw,
                            spec.padding(),
                            columns,
                            x.size());
        }
    }
}
