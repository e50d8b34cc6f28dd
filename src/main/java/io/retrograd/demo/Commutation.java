package io.retrograd.demo;

import io.retrograd.backend.Backend;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Sequential;
import io.retrograd.plot.Grid;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a network's output for a shifted picture is from its shifted output: the largest
 * difference over channels at each place, 0 where shifting and the network commute.
 *
 * @param circular of a convolution whose padding goes around the edges
 * @param zero of one with zeros beyond the edges, of a picture whose shift goes around
 * @param zeroInside the largest farther than {@link #REACH} pixels from the edges
 * @param pooledByOne of a convolution and max pooling at a shift by 1
 * @param pooledByTwo the largest of the same at a shift by 2
 */
record Commutation(
        Grid circular, Grid zero, double zeroInside, Grid pooledByOne, double pooledByTwo) {
    /** A kernel of 3 by 3 reaches one pixel; what crosses an edge in a shift by one is one more. */
    static final int REACH = 1;

    private static final int SIDE = 12;
    private static final int CHANNELS = 6;
    private static final long STREAM = 0x4E4F_4953L;

    /** No padding: the picture brings its own border of one pixel. */
    static Conv2d bare() {
        return new Conv2d(CHANNELS, 3);
    }

    static Conv2d padded() {
        return new Conv2d(CHANNELS, 3).padding(1);
    }

    static Sequential pooling() {
        return new Sequential(bare(), new MaxPool2d(2));
    }

    static Commutation measure(Backend backend, long seed) {
        double[] noise = new double[SIDE * SIDE];
        Arrays.setAll(noise, i -> Philox.normal(seed, STREAM, i));
        Grid zero = difference(backend, seed, padded(), noise, false, 1, 1);
        double inside = 0;
        for (int y = REACH + 1; y < SIDE - REACH - 1; y++) {
            for (int x = REACH + 1; x < SIDE - REACH - 1; x++) {
                inside = Math.max(inside, zero.value(y, x));
            }
        }
        return new Commutation(
                difference(backend, seed, bare(), noise, true, 1, 1),
                zero,
                inside,
                difference(backend, seed, pooling(), noise, true, 1, 2),
                difference(backend, seed, pooling(), noise, true, 2, 2).largest());
    }

    /**
     * The differences of {@code f(shift(x))} and {@code shift(f(x))}.
     *
     * @param around whether the picture gets a border of one pixel that goes around
     * @param stride pixels of x for one of y; a shift by a part of it is none of y
     */
    private static Grid difference(
            Backend backend,
            long seed,
            Layer network,
            double[] x,
            boolean around,
            int shift,
            int stride) {
        int side = around ? SIDE + 2 : SIDE;
        double[] moved = shift(x, SIDE, shift);
        int out = SIDE / stride;
        try (Model model = Model.create(network, Shape.of(1, side, side), backend, seed)) {
            double[] y = model.predict(around ? border(x) : x);
            double[] ofMoved = model.predict(around ? border(moved) : moved);
            double[][] largest = new double[out][out];
            for (int c = 0; c < CHANNELS; c++) {
                double[] plane = Arrays.copyOfRange(y, c * out * out, (c + 1) * out * out);
                double[] expected = shift(plane, out, shift / stride);
                for (int i = 0; i < out * out; i++) {
                    double difference = Math.abs(ofMoved[c * out * out + i] - expected[i]);
                    largest[i / out][i % out] = Math.max(largest[i / out][i % out], difference);
                }
            }
            return new Grid(0, 1, 0, 1, largest);
        }
    }

    /** Moves a square right and down; what leaves comes in again on the other side. */
    private static double[] shift(double[] x, int side, int by) {
        double[] moved = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            moved[(i / side + by) % side * side + (i % side + by) % side] = x[i];
        }
        return moved;
    }

    /** A border of one pixel: that of the opposite side. */
    private static double[] border(double[] x) {
        int side = SIDE + 2;
        double[] wide = new double[side * side];
        for (int i = 0; i < wide.length; i++) {
            int row = (i / side + SIDE - 1) % SIDE;
            int column = (i % side + SIDE - 1) % SIDE;
            wide[i] = x[row * SIDE + column];
        }
        return wide;
    }

    Map<String, Object> numbers() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("circular", circular.largest());
        map.put("zero", zero.largest());
        map.put("zero_inside", zeroInside);
        map.put("pooled_by_1", pooledByOne.largest());
        map.put("pooled_by_2", pooledByTwo);
        return map;
    }
}
