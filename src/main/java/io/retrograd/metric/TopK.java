package io.retrograd.metric;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;

/**
 * The share of labels whose logit is among the k largest; of equal logits the first ones count as
 * larger. Outputs as {@link ClassMetric}'s, labels of −100 do not count.
 */
record TopK(int k) implements Metric {
    TopK {
        Checks.atLeast("TopK", "k", 1, k);
    }

    @Override
    public String name() {
        return "top" + k;
    }

    @Override
    public Accumulator start(Shape output) {
        Labelled labelled = new Labelled(name(), output, Labelled.NO_CLASS);
        return new Accumulator() {
            private long right;
            private long all;

            @Override
            public void add(double[] outputs, double[] targets, int samples) {
                for (int i = 0; i < samples * labelled.positions(); i++) {
                    int label = labelled.label(targets, i);
                    if (label >= 0) {
                        right += better(labelled, outputs, i, label) < k ? 1 : 0;
                        all++;
                    }
                }
            }

            @Override
            public double value() {
                return (double) right / all;
            }
        };
    }

    /** How many logits are larger than the label's; all where that is NaN. */
    private static int better(Labelled labelled, double[] outputs, int position, int label) {
        double own = labelled.logit(outputs, position, label);
        if (Double.isNaN(own)) {
            return Integer.MAX_VALUE;
        }
        int better = 0;
        for (int c = 0; c < labelled.classes(); c++) {
            double other = labelled.logit(outputs, position, c);
            better += other > own || (other == own && c < label) ? 1 : 0;
        }
        return better;
    }
}
