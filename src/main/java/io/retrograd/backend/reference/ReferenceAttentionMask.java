package io.retrograd.backend.reference;

import io.retrograd.operation.SequenceOperations;
import org.jspecify.annotations.Nullable;

/** {@link SequenceOperations.AttentionMask}. */
final class ReferenceAttentionMask extends ReferenceOp {
    private final boolean causal;
    private final ReferenceTensor x;
    private final @Nullable ReferenceTensor lengths;
    private final ReferenceTensor y;

    ReferenceAttentionMask(SequenceOperations.AttentionMask o) {
        super(o.lengths());
        causal = o.causal();
        x = own(o.x());
        lengths = ownOrNull(o.lengths());
        y = own(o.y());
    }

    @Override
    public void forward() {
        mask(x, SequenceOperations.AttentionMask.UNSEEN, y);
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        if (dx != null) {
            mask(gradient(y), 0, dx);
        }
    }

    private void mask(ReferenceTensor from, double otherwise, ReferenceTensor to) {
        int keys = x.dim(3);
        int row = 0;
        for (int n = 0; n < x.dim(0); n++) {
            int length = ReferenceLengths.length(lengths, n, keys);
            for (int h = 0; h < x.dim(1); h++) {
                for (int t = 0; t < x.dim(2); t++, row++) {
                    for (int s = 0; s < keys; s++) {
                        boolean seen = s < length && (!causal || s <= t);
                        int at = row * keys + s;
                        to.set(at, seen ? from.get(at) : otherwise);
                    }
                }
            }
        }
    }
}
