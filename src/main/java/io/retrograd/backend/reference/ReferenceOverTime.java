package io.retrograd.backend.reference;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.SequenceOperations;
import io.retrograd.operation.TimeReduction;
import org.jspecify.annotations.Nullable;

/** {@link SequenceOperations.OverTime}. */
final class ReferenceOverTime extends ReferenceOp {
    private final TimeReduction reduction;
    private final ReferenceTensor x;
    private final @Nullable ReferenceTensor lengths;
    private final ReferenceTensor y;
    private final int batch;
    private final int steps;
    private final int channels;

    ReferenceOverTime(SequenceOperations.OverTime o) {
        super(o.lengths(), o.reduction() == TimeReduction.MAX ? o.x() : null);
        reduction = o.reduction();
        x = own(o.x());
        lengths = ownOrNull(o.lengths());
        y = own(o.y());
        batch = x.dim(0);
        steps = x.dim(1);
        channels = x.dim(2);
    }

    @Override
    public void forward() {
        for (int n = 0; n < batch; n++) {
            int length = ReferenceLengths.length(lengths, n, steps);
            for (int c = 0; c < channels; c++) {
                y.set(
                        n * channels + c,
                        reduction == TimeReduction.MEAN
                                ? mean(n, c, length)
                                : x.get(at(n, chosen(n, c, length), c)));
            }
        }
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        ReferenceTensor dy = gradient(y);
        dx.fill(0);
        for (int n = 0; n < batch; n++) {
            int length = ReferenceLengths.length(lengths, n, steps);
            for (int c = 0; c < channels; c++) {
                double g = dy.get(n * channels + c);
                if (reduction != TimeReduction.MEAN) {
                    dx.set(at(n, chosen(n, c, length), c), g);
                    continue;
                }
                for (int t = 0; t < length; t++) {
                    dx.set(at(n, t, c), g / length);
                }
            }
        }
    }

    private double mean(int n, int c, int length) {
        double sum = 0;
        for (int t = 0; t < length; t++) {
            sum += x.get(at(n, t, c));
        }
        return sum / length;
    }

    /** The step that y is taken from. */
    private int chosen(int n, int c, int length) {
        if (reduction == TimeReduction.LAST) {
            return length - 1;
        }
        int best = 0;
        for (int t = 1; t < length; t++) {
            double most = x.get(at(n, best, c));
            double value = x.get(at(n, t, c));
            if (value > most || (Double.isNaN(value) && !Double.isNaN(most))) {
                best = t;
            }
        }
        return best;
    }

    private int at(int n, int t, int c) {
        return (n * steps + t) * channels + c;
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (int i = 0; reduction == TimeReduction.MAX && i < y.size(); i++) {
            int n = i / channels;
            ledger.add(chosen(n, i % channels, ReferenceLengths.length(lengths, n, steps)));
        }
    }
}
