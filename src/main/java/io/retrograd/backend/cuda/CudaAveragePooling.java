package io.retrograd.backend.cuda;

import io.retrograd.operation.PoolingSpec;

/**
 * The mean of each window; {@code kernels/average_pooling.cu}.
 *
 * <p>Not by cuDNN, which has no windows that reach beyond the padding, as {@code ceilMode} makes
 * them, and none of several sizes, as adaptive pooling has.
 */
final class CudaAveragePooling extends CudaOp {
    private final int[] windows;
    private final boolean countIncludePad;
    private final CudaTensor x;
    private final CudaTensor y;

    private CudaAveragePooling(int[] windows, boolean countIncludePad, CudaTensor x, CudaTensor y) {
        super(x.device());
        this.windows = windows;
        this.countIncludePad = countIncludePad;
        this.x = x;
        this.y = y;
    }

    /** Of windows that slide. */
    static CudaAveragePooling sliding(
            PoolingSpec spec, boolean countIncludePad, CudaTensor x, CudaTensor y) {
        int[] windows = Windows.sliding(spec, x.shape(), y.shape());
        return new CudaAveragePooling(windows, countIncludePad, x, y);
    }

    /** Of windows that divide x among the elements of y. */
    static CudaAveragePooling adaptive(CudaTensor x, CudaTensor y) {
        int[] windows = Windows.adaptive(x.shape(), y.shape());
        return new CudaAveragePooling(windows, /* countIncludePad= */ false, x, y);
    }

    @Override
    void prepare(CudaPlanner planner) {
        forwardPass()
                .launch(
                        "average_pooling_forward",
                        Grid.over(y.size()),
                        windows,
                        countIncludePad,
                        x,
                        y,
                        y.size());
        CudaTensor dx = x.gradient();
        if (dx != null) {
            backwardPass()
                    .launch(
                            "average_pooling_backward",
                            Grid.over(x.size()),
                            windows,
                            countIncludePad,
                            y.requireGradient(),
                            dx,
                            x.size());
        }
    }
}
