package io.retrograd.metric;

import io.retrograd.tensor.Shape;

/**
 * The share of the targets' variance that outputs explain, {@code R² = 1 − Σ (x − t)² / Σ (t −
 * mean(t))²}; targets have the shape of outputs. Each element of a sample by itself, then the mean
 * of these.
 *
 * <p>Targets that do not vary give 1 if all outputs are equal to them, else 0, as in scikit-learn.
 * Undefined for less than two samples.
 *
 * <p>Source for the sum of squares, which keeps its digits where the mean is large: B. P. Welford,
 * Note on a method for calculating corrected sums of squares and products, Technometrics 4, 1962.
 */
record R2() implements Metric {
    @Override
    public String name() {
        return "r2";
    }

    @Override
    public Accumulator start(Shape output) {
        return new Sums(Math.toIntExact(output.size()));
    }

    private static final class Sums implements Accumulator {
        private final double[] errors;

        /** The first targets: differences from them have the digits that tell targets apart. */
        private final double[] origin;

        /** The mean of these differences, and the sum of their squared distances from it. */
        private final double[] mean;

        private final double[] squares;
        private long samples;

        Sums(int elements) {
            errors = new double[elements];
            origin = new double[elements];
            mean = new double[elements];
            squares = new double[elements];
        }

        @Override
        public void add(double[] outputs, double[] targets, int more) {
            for (int n = 0; n < more; n++) {
                samples++;
                for (int i = 0; i < mean.length; i++) {
                    double t = targets[n * mean.length + i];
                    double error = outputs[n * mean.length + i] - t;
                    errors[i] += error * error;
                    origin[i] = samples == 1 ? t : origin[i];
                    double before = t - origin[i] - mean[i];
                    mean[i] += before / samples;
                    squares[i] += before * (t - origin[i] - mean[i]);
                }
            }
        }

        @Override
        public double value() {
            double sum = 0;
            for (int i = 0; i < mean.length; i++) {
                sum += squares[i] == 0 ? (errors[i] == 0 ? 1 : 0) : 1 - errors[i] / squares[i];
            }
            return samples < 2 ? Double.NaN : sum / mean.length;
        }
    }
}
