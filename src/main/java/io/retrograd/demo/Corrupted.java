package io.retrograd.demo;

import io.retrograd.layer.Network;
import io.retrograd.loss.LossSum;
import io.retrograd.tensor.Draw;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Column;
import io.retrograd.train.Dataset;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Samples that are their own targets, with inputs that are damaged anew whenever training reads
 * them: what a denoising autoencoder learns from.
 *
 * @param noise what becomes of inputs
 */
record Corrupted(Shape shape, List<double[]> samples, Noise noise) implements Dataset {
    Corrupted(Shape shape, Noise noise, double[]... samples) {
        this(shape, List.of(samples), noise);
    }

    /** Damages numbers. */
    interface Noise {
        /** One number of a sample; {@code index} is another one for each. */
        double of(double x, int index, Draw draw);

        /** Leaves all as it is. */
        Noise NONE = (x, index, draw) -> x;

        /** Sets numbers to 0 with this probability. */
        static Noise masking(double share) {
            return (x, index, draw) -> draw.uniform(index) < share ? 0 : x;
        }

        /** Adds normal numbers of this standard deviation. */
        static Noise gaussian(double deviation) {
            return (x, index, draw) -> x + deviation * normal(index, draw);
        }

        /** From two uniform numbers, by Box and Muller. */
        private static double normal(int index, Draw draw) {
            double radius = Math.sqrt(-2 * Math.log(1 - draw.uniform(2 * index)));
            return radius * Math.cos(2 * Math.PI * draw.uniform(2 * index + 1));
        }
    }

    @Override
    public int size() {
        return samples.size();
    }

    @Override
    public Map<String, Column> inputs() {
        return Map.of(Network.INPUT, new Clean(shape, samples, noise));
    }

    @Override
    public Map<String, Column> targets() {
        return Map.of(LossSum.TARGET, new Clean(shape, samples, Noise.NONE));
    }

    /** All samples, damaged by draws of this seed, a row each. */
    double[][] noisy(long seed) {
        double[][] rows = new double[samples.size()][];
        for (int n = 0; n < rows.length; n++) {
            double[] x = samples.get(n);
            Draw draw = new Draw(seed, n);
            rows[n] = new double[x.length];
            Arrays.setAll(rows[n], i -> noise.of(x[i], i, draw));
        }
        return rows;
    }

    private record Clean(Shape shape, List<double[]> rows, Noise noise) implements Column {
        @Override
        public void copy(int index, double[] into, int offset) {
            double[] row = rows.get(index);
            System.arraycopy(row, 0, into, offset, row.length);
        }

        @Override
        public Column drawn(Draw draw) {
            return noise == Noise.NONE ? this : new Damaged(this, draw);
        }
    }

    private record Damaged(Clean clean, Draw draw) implements Column {
        @Override
        public Shape shape() {
            return clean.shape;
        }

        @Override
        public void copy(int index, double[] into, int offset) {
            double[] row = clean.rows.get(index);
            for (int i = 0; i < row.length; i++) {
                into[offset + i] = clean.noise.of(row[i], i, draw);
            }
        }
    }
}
