package io.retrograd.backend.onednn;

import io.retrograd.operation.SequenceOperations;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@link SequenceOperations.AttentionMask}, row by row in Java. */
final class OneDnnAttentionMask extends OneDnnOp {
    private final boolean causal;
    private final OneDnnTensor x;
    private final @Nullable OneDnnTensor lengths;
    private final OneDnnTensor y;
    private final int keys;
    private final int queries;

    /** Rows of a sequence. */
    private final int rows;

    private final float[][] rooms;

    OneDnnAttentionMask(SequenceOperations.AttentionMask o) {
        super(o, "attentionMask " + o.causal() + o.x().shape());
        causal = o.causal();
        x = own(o.x());
        lengths = ownOrNull(o.lengths());
        y = own(o.y());
        queries = x.shape().dim(2);
        keys = x.shape().dim(3);
        rows = x.shape().dim(1) * queries;
        rooms = new float[engine().threads()][keys];
    }

    @Override
    void prepare(Planner planner) {
        y.layout(y.plain());
        OneDnnTensor from = forwardPass().in(x, x.plain());
        list(forwardPass(), from, SequenceOperations.AttentionMask.UNSEEN, y);
        forwardPass().writes(y);
        planner.overwrite(y, x);
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            OneDnnTensor to = backwardPass().out(dx, x.plain());
            list(backwardPass(), y.requireGradient(), 0, to);
            backwardPass().store(to, dx);
            planner.overwrite(dx, y.requireGradient());
        }
    }

    private void list(Pass pass, OneDnnTensor from, float otherwise, OneDnnTensor to) {
        if (lengths != null) {
            pass.reads(lengths);
        }
        pass.share(
                "attention mask",
                x.size() / keys,
                x.size(),
                (member, begin, end) -> {
                    float[] row = rooms[member];
                    for (int r = begin; r < end; r++) {
                        int seen = OneDnnLengths.length(lengths, r / rows, keys);
                        seen = causal ? Math.min(seen, r % queries + 1) : seen;
                        from.get(r * keys, row, keys);
                        Arrays.fill(row, seen, keys, otherwise);
                        to.set(r * keys, row, keys);
                    }
                },
                from,
                to);
    }
}
