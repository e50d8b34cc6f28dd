package io.retrograd.backend.cuda;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.PoolingSpec;
import io.retrograd.tensor.DType;
import org.jspecify.annotations.Nullable;

/**
 * The largest element of each window; {@code kernels/max_pooling.cu}.
 *
 * <p>Not by cuDNN, which has no dilation, and whose backward is not reproducible or gives equal
 * elements other gradients than PyTorch does.
 */
final class CudaMaxPooling extends CudaOp {
    private final int[] windows;
    private final CudaTensor x;
    private final CudaTensor y;
    private @Nullable CudaTensor top;

    private CudaMaxPooling(int[] windows, CudaTensor x, CudaTensor y) {
        super(x.device());
        this.windows = windows;
        this.x = x;
        this.y = y;
    }

    /** Of windows that slide. */
    static CudaMaxPooling sliding(PoolingSpec spec, CudaTensor x, CudaTensor y) {
        return new CudaMaxPooling(Windows.sliding(spec, x.shape(), y.shape()), x, y);
    }

    /** Of windows that divide x among the elements of y. */
    static CudaMaxPooling adaptive(CudaTensor x, CudaTensor y) {
        return new CudaMaxPooling(Windows.adaptive(x.shape(), y.shape()), x, y);
    }

    @Override
    void prepare(CudaPlanner planner) {
        CudaTensor winners = save(y.name() + ".top", DType.INT32, y.size());
        top = winners;
        Grid grid = Grid.over(y.size());
        forwardPass().launch("max_pooling_forward", grid, windows, x, y, winners, y.size());
        CudaTensor dx = x.gradient();
        if (dx != null) {
            CudaTensor dy = y.requireGradient();
            Grid inputs = Grid.over(x.size());
            backwardPass()
                    .launch("max_pooling_backward", inputs, windows, winners, dy, dx, x.size());
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        CudaTensor winners = top;
        if (winners != null) {
            for (double winner : winners.toArray()) {
                ledger.add((int) winner);
            }
        }
    }
}
