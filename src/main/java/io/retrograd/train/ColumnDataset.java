package io.retrograd.train;

import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Samples in named columns of Java arrays, as of a network with two inputs and a target of values.
 * Immutable: each column gives another data set.
 *
 * <pre>{@code
 * Dataset pairs =
 *         ColumnDataset.ofInput("left", Shape.of(1, 8, 8), left)
 *                 .input("right", Shape.of(1, 8, 8), right)
 *                 .target("alike", alike);
 * }</pre>
 */
public final class ColumnDataset implements Dataset {
    private final int size;
    private final Map<String, Column> inputs;
    private final Map<String, Column> targets;

    private ColumnDataset(int size, Map<String, Column> inputs, Map<String, Column> targets) {
        this.size = size;
        this.inputs = Collections.unmodifiableMap(inputs);
        this.targets = Collections.unmodifiableMap(targets);
    }

    /** The rows of a column. */
    private record Rows(Shape shape, List<double[]> rows) implements Column {
        @Override
        public void copy(int index, double[] into, int offset) {
            double[] row = rows.get(index);
            System.arraycopy(row, 0, into, offset, row.length);
        }
    }

    /**
     * Samples of one input.
     *
     * @param name of the network's input
     * @param shape the shape of one sample, without the batch
     * @param samples one row a sample, row-major. Copied.
     * @throws IllegalArgumentException if there is no sample, a row has another number of elements
     *     than the shape, or for NaN or infinite ones; the message names the sample
     */
    public static ColumnDataset ofInput(String name, Shape shape, double[][] samples) {
        return new ColumnDataset(samples.length, Map.of(), Map.of()).input(name, shape, samples);
    }

    /** The same with another input, of as many samples. */
    public ColumnDataset input(String name, Shape shape, double[][] samples) {
        return new ColumnDataset(size, plus(inputs, name, column(name, shape, samples)), targets);
    }

    /** The same with another target: values of this shape for each sample. */
    public ColumnDataset target(String name, Shape shape, double[][] values) {
        return new ColumnDataset(size, inputs, plus(targets, name, column(name, shape, values)));
    }

    /** The same with another target: one number for each sample, for outputs without dimension. */
    public ColumnDataset target(String name, double... values) {
        double[][] rows = new double[values.length][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = new double[] {values[i]};
        }
        return target(name, Shape.of(), rows);
    }

    /** The same with another target: a class label for each sample. */
    public ColumnDataset labels(String name, int... labels) {
        double[] values = new double[labels.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = labels[i];
        }
        return target(name, values);
    }

    private Column column(String name, Shape shape, double[][] rows) {
        if (rows.length == 0 || rows.length != size) {
            throw new IllegalArgumentException(
                    String.format(
                            "ColumnDataset: %s: expected %s samples, got %d",
                            name, size == 0 ? "at least 1" : size, rows.length));
        }
        List<double[]> copies = new ArrayList<>();
        for (int i = 0; i < rows.length; i++) {
            check(name, i, shape, rows[i]);
            copies.add(rows[i].clone());
        }
        return new Rows(shape, List.copyOf(copies));
    }

    private static void check(String name, int sample, Shape shape, double[] row) {
        if (row.length != shape.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "ColumnDataset: %s: sample %d: expected %d values for %s, got %d",
                            name, sample, shape.size(), shape, row.length));
        }
        for (int i = 0; i < row.length; i++) {
            if (!Double.isFinite(row[i])) {
                throw new IllegalArgumentException(
                        String.format(
                                "ColumnDataset: %s: sample %d: expected finite values, got %s at"
                                        + " element %d",
                                name, sample, row[i], i));
            }
        }
    }

    private static Map<String, Column> plus(Map<String, Column> columns, String name, Column more) {
        Map<String, Column> all = new LinkedHashMap<>(columns);
        if (all.put(name, more) != null) {
            throw new IllegalArgumentException(
                    "ColumnDataset: expected a new name, got " + name + " twice");
        }
        return all;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Map<String, Column> inputs() {
        return inputs;
    }

    @Override
    public Map<String, Column> targets() {
        return targets;
    }
}
