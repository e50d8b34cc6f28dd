package io.retrograd.backend.onednn;

import io.retrograd.operation.SamplingAxis;
import io.retrograd.operation.Samplings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link Samplings}, in x's layout where the dimensions only lie in another order: parts and
 * padding with a constant by oneDNN's reorders, all else in Java.
 */
final class OneDnnSampling extends OneDnnOp {
    private static final int CHUNK = 4096;

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
        OneDnnTensor from = forwardPass().in(x, layout);
        OneDnnTensor dx = x.gradient();
        OneDnnTensor to = dx == null ? null : backwardPass().out(dx, layout);
        List<SamplingAxis> axes = inMemory(layout);
        if (operation.axes().stream().allMatch(it -> it.kind() == SamplingAxis.Kind.SHIFT)) {
            listCopies(from, to);
        } else {
            SampledRows.forward(engine(), axes, operation.fill())
                    .list(forwardPass(), "sampling", from, y);
            if (to != null) {
                SampledRows.backward(engine(), axes)
                        .list(backwardPass(), "sampling backward", y.requireGradient(), to);
            }
        }
        forwardPass().writes(y);
        if (to != null) {
            backwardPass().store(to, dx);
        }
    }

    /** A part of x goes to a part of y, and back. */
    private void listCopies(OneDnnTensor from, @Nullable OneDnnTensor to) {
        int rank = operation.axes().size();
        long[] inX = new long[rank];
        long[] inY = new long[rank];
        long[] sizes = new long[rank];
        boolean any = true;
        for (int d = 0; d < rank; d++) {
            SamplingAxis axis = operation.axes().get(d);
            inY[d] = Math.max(0, axis.before());
            inX[d] = Math.max(0, -axis.before());
            sizes[d] = Math.min(axis.out() - inY[d], axis.in() - inX[d]);
            any &= sizes[d] > 0;
        }
        long common = any ? Arrays.stream(sizes).reduce(1, (a, b) -> a * b) : 0;
        if (common < y.size()) {
            fill(forwardPass(), y, (float) operation.fill());
        }
        if (to != null && common < x.size()) {
            fill(backwardPass(), to, 0);
        }
        if (!any) {
            return;
        }
        Layout partOfX = engine().layouts().part(from.layout(), sizes, inX);
        Layout partOfY = engine().layouts().part(y.layout(), sizes, inY);
        forwardPass().add(Reorder.of(from, partOfX, y, partOfY));
        if (to != null) {
            backwardPass().add(Reorder.of(y.requireGradient(), partOfY, to, partOfX));
        }
    }

    private static void fill(Pass pass, OneDnnTensor tensor, float value) {
        float[] values = new float[Math.min(CHUNK, tensor.size())];
        Arrays.fill(values, value);
        int chunks = (tensor.size() + values.length - 1) / values.length;
        pass.share(
                "fill",
                chunks,
                tensor.size(),
                (member, begin, end) -> {
                    for (int i = begin; i < end; i++) {
                        int first = i * values.length;
                        tensor.set(first, values, Math.min(values.length, tensor.size() - first));
                    }
                },
                tensor);
        pass.writes(tensor);
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
