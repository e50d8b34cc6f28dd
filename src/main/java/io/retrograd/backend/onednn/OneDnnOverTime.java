package io.retrograd.backend.onednn;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.SequenceOperations;
import io.retrograd.operation.TimeReduction;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** {@link SequenceOperations.OverTime}, row by row in Java. */
final class OneDnnOverTime extends OneDnnOp {
    private final TimeReduction reduction;
    private final OneDnnTensor x;
    private final @Nullable OneDnnTensor lengths;
    private final OneDnnTensor y;
    private final int batch;
    private final int steps;
    private final int channels;
    private final float[] row;
    private final double[] sum;

    /** For the largest: the step that each y was taken from. */
    private final int[] chosen;

    OneDnnOverTime(SequenceOperations.OverTime o) {
        super(o, "overTime " + o.reduction() + o.x().shape());
        reduction = o.reduction();
        x = own(o.x());
        lengths = ownOrNull(o.lengths());
        y = own(o.y());
        batch = x.shape().dim(0);
        steps = x.shape().dim(1);
        channels = x.shape().dim(2);
        row = new float[channels];
        sum = new double[channels];
        chosen = new int[reduction == TimeReduction.MAX ? batch * channels : 0];
    }

    @Override
    void prepare(Planner planner) {
        y.layout(y.plain());
        OneDnnTensor from = forwardPass().in(x, x.plain());
        forwardPass().add("over time", () -> reduce(from));
        forwardPass().writes(y);
        if (lengths != null) {
            forwardPass().reads(lengths);
            backwardPass().reads(lengths);
        }
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            OneDnnTensor to = backwardPass().out(dx, x.plain());
            backwardPass().add("over time", () -> spread(to));
            backwardPass().store(to, dx);
        }
    }

    private void reduce(OneDnnTensor from) {
        for (int n = 0; n < batch; n++) {
            int length = OneDnnLengths.length(lengths, n, steps);
            int first = reduction == TimeReduction.LAST ? length - 1 : 0;
            from.get((n * steps + first) * channels, row, channels);
            for (int c = 0; c < channels; c++) {
                sum[c] = row[c];
            }
            if (reduction == TimeReduction.MAX) {
                Arrays.fill(chosen, n * channels, (n + 1) * channels, 0);
            }
            for (int t = first + 1; t < length; t++) {
                from.get((n * steps + t) * channels, row, channels);
                take(n, t);
            }
            int divisor = reduction == TimeReduction.MEAN ? length : 1;
            for (int c = 0; c < channels; c++) {
                y.set(n * channels + c, sum[c] / divisor);
            }
        }
    }

    private void take(int n, int t) {
        for (int c = 0; c < channels; c++) {
            if (reduction == TimeReduction.MEAN) {
                sum[c] += row[c];
            } else if (row[c] > sum[c] || (Float.isNaN(row[c]) && !Double.isNaN(sum[c]))) {
                sum[c] = row[c];
                chosen[n * channels + c] = t;
            }
        }
    }

    private void spread(OneDnnTensor to) {
        OneDnnTensor dy = y.requireGradient();
        for (int n = 0; n < batch; n++) {
            int length = OneDnnLengths.length(lengths, n, steps);
            for (int t = 0; t < steps; t++) {
                dy.get(n * channels, row, channels);
                for (int c = 0; c < channels; c++) {
                    row[c] *= share(n, t, c, length);
                }
                to.set((n * steps + t) * channels, row, channels);
            }
        }
    }

    /** The derivative of y by x at step t. */
    private float share(int n, int t, int c, int length) {
        return switch (reduction) {
            case MEAN -> t < length ? 1f / length : 0;
            case MAX -> t == chosen[n * channels + c] ? 1 : 0;
            case LAST -> t == length - 1 ? 1 : 0;
        };
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (int step : chosen) {
            ledger.add(step);
        }
    }
}
