package io.retrograd.backend.reference;

import io.retrograd.operation.SamplingAxis;
import io.retrograd.operation.Samplings;
import java.util.function.Function;

/** {@link Samplings}. */
final class ReferenceSampling extends ReferenceOp {
    private final ReferenceTensor x;
    private final ReferenceTensor y;
    private final double fill;
    private final SamplingAxis.Taps[] taps;
    private final SamplingAxis.Taps[] readers;

    /** The element that is being computed, in each dimension. */
    private final int[] at;

    ReferenceSampling(Samplings o) {
        x = own(o.x());
        y = own(o.y());
        fill = o.fill();
        taps = each(o, SamplingAxis::taps);
        readers = each(o, SamplingAxis::readers);
        at = new int[taps.length];
    }

    private static SamplingAxis.Taps[] each(
            Samplings o, Function<SamplingAxis, SamplingAxis.Taps> of) {
        return o.axes().stream().map(of).toArray(SamplingAxis.Taps[]::new);
    }

    @Override
    public void forward() {
        for (int i = 0; i < y.size(); i++) {
            locate(i, taps);
            y.set(i, isEmpty() ? fill : sum(x, taps, /* dim= */ 0, /* outer= */ 0));
        }
    }

    private boolean isEmpty() {
        for (int d = 0; d < at.length; d++) {
            if (taps[d].count(at[d]) == 0) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        for (int i = 0; dx != null && i < dx.size(); i++) {
            locate(i, readers);
            dx.set(i, sum(gradient(y), readers, /* dim= */ 0, /* outer= */ 0));
        }
    }

    private void locate(int i, SamplingAxis.Taps[] lists) {
        int rest = i;
        for (int d = at.length - 1; d >= 0; d--) {
            at[d] = rest % lists[d].size();
            rest /= lists[d].size();
        }
    }

    /**
     * The weighted sum of what the element reads.
     *
     * @param outer index of what was chosen in the dimensions before {@code dim}
     */
    private double sum(ReferenceTensor from, SamplingAxis.Taps[] lists, int dim, int outer) {
        if (dim == at.length) {
            return from.get(outer);
        }
        SamplingAxis.Taps axis = lists[dim];
        int first = axis.start(at[dim]);
        double sum = 0;
        for (int t = first; t < first + axis.count(at[dim]); t++) {
            int index = outer * from.dim(dim) + axis.index(t);
            sum += axis.weight(t) * sum(from, lists, dim + 1, index);
        }
        return sum;
    }
}
