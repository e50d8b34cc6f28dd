package io.retrograd.backend.onednn;

import io.retrograd.operation.SamplingAxis;
import io.retrograd.operation.Samplings;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link Samplings}, row by row in Java, in x's layout where the dimensions only lie in another
 * order. The rows that an output row reads are added up, then what it reads of each.
 */
final class OneDnnSampling extends OneDnnOp {
    private final Samplings operation;
    private final OneDnnTensor x;
    private final OneDnnTensor y;

    OneDnnSampling(Samplings o) {
        super(o, o.name() + " " + o.axes() + o.x().shape());
        operation = o;
        x = own(o.x());
        y = own(o.y());
    }

    @Override
    void prepare(Planner planner) {
        Layout layout = OverlayLoops.layout(x, x);
        y.layout(engine().layouts().ordered(layout, y.type(), y.dims()));
        List<SamplingAxis> axes = inMemory(layout);
        OneDnnTensor from = forwardPass().in(x, layout);
        SampledRows.forward(engine(), axes, operation.fill())
                .list(forwardPass(), "sampling", from, y);
        forwardPass().writes(y);
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            OneDnnTensor to = backwardPass().out(dx, layout);
            SampledRows.backward(engine(), axes)
                    .list(backwardPass(), "sampling backward", y.requireGradient(), to);
            backwardPass().store(to, dx);
        }
    }

    /** The axes as they lie in memory, neighbouring ones that change nothing as one. */
    private List<SamplingAxis> inMemory(Layout layout) {
        List<SamplingAxis> axes = operation.axes();
        List<SamplingAxis> merged = new ArrayList<>();
        for (int d : layout.order()) {
            SamplingAxis axis = axes.get(d);
            int last = merged.size() - 1;
            if (last >= 0 && axis.isIdentity() && merged.get(last).isIdentity()) {
                merged.set(last, SamplingAxis.identity(merged.get(last).in() * axis.in()));
            } else {
                merged.add(axis);
            }
        }
        return merged;
    }
}
