package io.retrograd.backend.cuda;

import io.retrograd.operation.SequenceOperations;
import org.jspecify.annotations.Nullable;

/** {@link SequenceOperations.AttentionMask}; {@code kernels/attention_mask.cu}. */
final class CudaAttentionMask extends CudaOp {
    private final boolean causal;
    private final CudaTensor x;
    private final @Nullable CudaTensor lengths;
    private final CudaTensor y;

    CudaAttentionMask(SequenceOperations.AttentionMask o) {
        super(own(o.x()).device());
        causal = o.causal();
        x = own(o.x());
        lengths = ownOrNull(o.lengths());
        y = own(o.y());
    }

    @Override
    void prepare(CudaPlanner planner) {
        list(forwardPass(), x, SequenceOperations.AttentionMask.UNSEEN, y);
        CudaTensor dx = x.gradient();
        if (dx != null) {
            list(backwardPass(), y.requireGradient(), 0, dx);
        }
    }

    private void list(CudaPass pass, CudaTensor from, double otherwise, CudaTensor to) {
        if (lengths != null) {
            pass.reads(lengths);
        }
        pass.launch(
                "attention_mask",
                Grid.over(x.size()),
                causal,
                from,
                lengths,
                otherwise,
                to,
                x.dim(1),
                x.dim(2),
                x.dim(3),
                x.size());
    }
}
