package io.retrograd.train;

import io.retrograd.tensor.Philox;
import java.util.Arrays;
import java.util.List;

/**
 * Says which samples an epoch takes, and in which order: a pure function of the seed and the epoch.
 */
@FunctionalInterface
public interface Sampler {
    /**
     * The samples of an epoch.
     *
     * @param order receives the number of a sample for each place. Modified.
     * @param epoch its number among all of the model, from 1
     * @throws IllegalArgumentException if it knows another number of samples
     */
    void order(int[] order, long seed, long epoch);

    /** Each sample once, in another order each time. */
    static Sampler shuffled() {
        return new Shuffled();
    }

    /** Each sample once, in the order that they have. */
    static Sampler sequential() {
        return (order, seed, epoch) -> Arrays.setAll(order, i -> i);
    }

    /**
     * As many draws as there are samples, with replacement, each sample with a probability in
     * proportion to its weight.
     *
     * @param weights one a sample, at least 0, not all 0
     */
    static Sampler weighted(List<Double> weights) {
        return new Weighted(weights);
    }

    /** Weighted so that each class is as likely: for classes of unequal numbers of samples. */
    static Sampler balanced(LabelledDataset dataset) {
        long[] counts = new long[dataset.classes()];
        Double[] weights = new Double[dataset.size()];
        for (int i = 0; i < weights.length; i++) {
            counts[dataset.label(i)]++;
        }
        Arrays.setAll(weights, i -> 1.0 / counts[dataset.label(i)]);
        return new Weighted(List.of(weights));
    }

    /** By Fisher and Yates. */
    record Shuffled() implements Sampler {
        /** Shuffling draws from streams of its own, one an epoch. */
        private static final long STREAM = 1L << 61;

        @Override
        public void order(int[] order, long seed, long epoch) {
            Arrays.setAll(order, i -> i);
            Philox.shuffle(order, seed, STREAM + epoch);
        }
    }

    /** Where a uniform number falls among the weights' sums. */
    final class Weighted implements Sampler {
        private static final long STREAM = (1L << 61) + (1L << 60);

        private final double[] sums;

        private Weighted(List<Double> weights) {
            sums = new double[weights.size()];
            double sum = 0;
            for (int i = 0; i < sums.length; i++) {
                double weight = weights.get(i);
                if (!(weight >= 0) || Double.isInfinite(weight)) {
                    throw new IllegalArgumentException(
                            String.format(
                                    "Sampler: expected weights of at least 0, got %s for sample %d",
                                    weight, i));
                }
                sum += weight;
                sums[i] = sum;
            }
            if (!(sum > 0) || Double.isInfinite(sum)) {
                throw new IllegalArgumentException(
                        "Sampler: expected weights with a sum above 0, got " + sum);
            }
        }

        @Override
        public void order(int[] order, long seed, long epoch) {
            if (order.length != sums.length) {
                throw new IllegalArgumentException(
                        String.format(
                                "Sampler: expected a weight for each of %d samples, got %d",
                                order.length, sums.length));
            }
            double all = sums[sums.length - 1];
            for (int i = 0; i < order.length; i++) {
                order[i] = first(all * Philox.uniform(seed, STREAM + epoch, i));
            }
        }

        /** The first sample whose sum is above a value: none of weight 0. */
        private int first(double value) {
            int low = 0;
            int high = sums.length - 1;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (sums[middle] > value) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }
    }
}
