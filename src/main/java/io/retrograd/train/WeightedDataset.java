package io.retrograd.train;

import io.retrograd.loss.LossSum;
import io.retrograd.tensor.Shape;
import java.util.Map;

/**
 * A labelled data set of which each sample counts with a weight, for {@code new
 * CrossEntropy().ofProbabilities()}:
 *
 * <pre>
 *   L = Σₙ weight[n]·loss[n] / N        target (C): weight[n] at the label, 0 elsewhere
 * </pre>
 */
public final class WeightedDataset implements Dataset {
    private final LabelledDataset samples;
    private final double[] weights;

    /**
     * The samples with weights.
     *
     * @param weights one a sample, finite, 0 or more. Copied.
     */
    public WeightedDataset(LabelledDataset samples, double... weights) {
        if (weights.length != samples.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "WeightedDataset: expected %d weights, got %d",
                            samples.size(), weights.length));
        }
        for (int n = 0; n < weights.length; n++) {
            if (!(weights[n] >= 0 && weights[n] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException(
                        String.format(
                                "WeightedDataset: expected weights of 0 or more, got %s of sample"
                                        + " %d",
                                weights[n], n));
            }
        }
        this.samples = samples;
        this.weights = weights.clone();
    }

    @Override
    public int size() {
        return weights.length;
    }

    @Override
    public Map<String, Column> inputs() {
        return samples.inputs();
    }

    @Override
    public Map<String, Column> targets() {
        return Map.of(LossSum.TARGET, new Weighted(this));
    }

    private record Weighted(WeightedDataset of) implements Column {
        @Override
        public Shape shape() {
            return Shape.of(of.samples.classes());
        }

        @Override
        public void copy(int index, double[] into, int offset) {
            int classes = of.samples.classes();
            for (int c = 0; c < classes; c++) {
                into[offset + c] = 0;
            }
            into[offset + of.samples.label(index)] = of.weights[index];
        }
    }
}
