package io.retrograd.backend.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.retrograd.layer.AdaptiveAvgPool1d;
import io.retrograd.layer.AdaptiveAvgPool2d;
import io.retrograd.layer.AvgPool1d;
import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.AvgPool3d;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.MaxPool1d;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.MaxPool3d;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pooling and its gradients against windows that are listed position by position.
 *
 * <p>x holds small integers, and dy under a mean small integers times the divisor, so every sum is
 * exact and the comparison has no tolerance.
 */
class ReferencePoolingTest {
    private static final int CASES = 60;
    private static final int BIG = 1 << 30;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void maxPoolingTakesTheFirstMaximum(int dims) {
        Random random = new Random(400 + dims);
        for (int i = 0; i < CASES; i++) {
            Windows c = Windows.random(dims, /* dilated= */ true, random);
            Layer layer =
                    switch (dims) {
                        case 1 -> c.set(new MaxPool1d(c.kernel)).dilation(c.dilation);
                        case 2 -> c.set(new MaxPool2d(c.kernel)).dilation(c.dilation);
                        default -> c.set(new MaxPool3d(c.kernel)).dilation(c.dilation);
                    };
            checkMax(layer, c, random);
        }
    }

    private static void checkMax(Layer layer, Windows c, Random random) {
        try (Bound bound = new Bound(layer, c.inputShape())) {
            double[] x = integers(random, bound.x().shape());
            double[] dy = integers(random, bound.y().shape());
            double[] y = new double[dy.length];
            double[] dx = new double[x.length];
            List<List<int[]>> windows = c.windows();
            assertEquals(y.length, c.samples * c.channels * windows.size(), layer + ": outputs");
            int unit = count(c.in);
            for (int o = 0; o < y.length; o++) {
                int plane = o / windows.size();
                int top = -1;
                y[o] = Double.NEGATIVE_INFINITY;
                for (int[] position : windows.get(o % windows.size())) {
                    int i = c.index(position);
                    if (i >= 0 && x[plane * unit + i] > y[o]) {
                        top = plane * unit + i;
                        y[o] = x[top];
                    }
                }
                if (top >= 0) {
                    dx[top] += dy[o];
                }
            }
            assertArrayEquals(y, bound.forward(x), layer + ": y");
            assertArrayEquals(dx, bound.backward(dy), layer + ": dx");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void averagePoolingDividesByTheWindow(int dims) {
        Random random = new Random(500 + dims);
        for (int i = 0; i < CASES; i++) {
            Windows c = Windows.random(dims, /* dilated= */ false, random);
            boolean pad = random.nextBoolean();
            Layer layer =
                    switch (dims) {
                        case 1 -> c.set(new AvgPool1d(c.kernel)).countIncludePad(pad);
                        case 2 -> c.set(new AvgPool2d(c.kernel)).countIncludePad(pad);
                        default -> c.set(new AvgPool3d(c.kernel)).countIncludePad(pad);
                    };
            List<List<int[]>> windows = c.windows();
            int[] divisors =
                    windows.stream()
                            .mapToInt(
                                    w ->
                                            (int)
                                                    w.stream()
                                                            .filter(
                                                                    p ->
                                                                            pad
                                                                                    ? c.padded(p)
                                                                                    : c.index(p)
                                                                                            >= 0)
                                                            .count())
                            .toArray();
            checkMean(layer, c, windows, divisors, random);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void adaptiveAveragePoolingDividesTheInput(int dims) {
        Random random = new Random(600 + dims);
        for (int i = 0; i < CASES; i++) {
            Windows c = Windows.random(dims, /* dilated= */ false, random);
            int[] out = random.ints(dims, 1, 9).toArray();
            Layer layer = dims == 1 ? new AdaptiveAvgPool1d(out) : new AdaptiveAvgPool2d(out);
            List<List<int[]>> windows = new ArrayList<>();
            windows.add(List.of(new int[0]));
            for (int d = 0; d < dims; d++) {
                List<List<Integer>> ranges = new ArrayList<>();
                for (int o = 0; o < out[d]; o++) {
                    List<Integer> range = new ArrayList<>();
                    for (int p = 0; p < c.in[d]; p++) {
                        if (p + 1 > o * c.in[d] / (double) out[d]
                                && p < (o + 1) * c.in[d] / (double) out[d]) {
                            range.add(p);
                        }
                    }
                    ranges.add(range);
                }
                windows = Windows.product(windows, ranges);
            }
            int[] divisors = windows.stream().mapToInt(List::size).toArray();
            checkMean(layer, c, windows, divisors, random);
        }
    }

    private static void checkMean(
            Layer layer, Windows c, List<List<int[]>> windows, int[] divisors, Random random) {
        try (Bound bound = new Bound(layer, c.inputShape())) {
            double[] x = integers(random, bound.x().shape());
            double[] y = new double[(int) bound.y().shape().size()];
            double[] dy = new double[y.length];
            double[] dx = new double[x.length];
            int unit = count(c.in);
            assertEquals(y.length, c.samples * c.channels * windows.size(), layer + ": outputs");
            for (int o = 0; o < y.length; o++) {
                int plane = o / windows.size();
                int divisor = divisors[o % windows.size()];
                int share = random.nextInt(9) - 4;
                dy[o] = (double) share * divisor;
                for (int[] position : windows.get(o % windows.size())) {
                    int i = c.index(position);
                    if (i >= 0) {
                        y[o] += x[plane * unit + i];
                        dx[plane * unit + i] += share;
                    }
                }
                y[o] /= divisor;
            }
            assertArrayEquals(y, bound.forward(x), layer + ": y");
            assertArrayEquals(dx, bound.backward(dy), layer + ": dx");
        }
    }

    @Test
    void globalAveragePoolingIsTheMeanOfThePlane() {
        try (Bound bound = new Bound(new GlobalAvgPool2d(), Shape.of(2, 1, 1, 3))) {
            assertEquals(Shape.of(2, 1), bound.y().shape());
            assertArrayEquals(new double[] {2, 5}, bound.forward(1, 2, 3, 4, 5, 6));
            assertArrayEquals(new double[] {1, 1, 1, 2, 2, 2}, bound.backward(3, 6));
        }
    }

    @Test
    void theFirstOfEqualElementsGetsTheGradient() {
        try (Bound bound = new Bound(new MaxPool2d(2), Shape.of(1, 1, 2, 2))) {
            bound.forward(7, 7, 7, 7);
            assertArrayEquals(new double[] {5, 0, 0, 0}, bound.backward(5));
        }
    }

    @Test
    void nanWinsAndSoDoesTheFirstInfinity() {
        double inf = Double.POSITIVE_INFINITY;
        try (Bound bound = new Bound(new MaxPool1d(3), Shape.of(1, 1, 9))) {
            double[] y =
                    bound.forward(1, Double.NaN, inf, -inf, -inf, -inf, Double.NaN, 2, Double.NaN);
            assertArrayEquals(new double[] {Double.NaN, -inf, Double.NaN}, y);
            assertArrayEquals(new double[] {0, 1, 0, 2, 0, 0, 0, 0, 3}, bound.backward(1, 2, 3));
        }
    }

    @Test
    void aWindowThatMissesTheInputPassesNoGradient() {
        Layer layer = new MaxPool1d(2).padding(1).dilation(2);
        try (Bound bound = new Bound(layer, Shape.of(1, 1, 1))) {
            assertArrayEquals(new double[] {Double.NEGATIVE_INFINITY}, bound.forward(3));
            assertArrayEquals(new double[] {0}, bound.backward(5));
        }
    }

    @Test
    void aWindowFarLargerThanTheInputCostsNoMoreThanTheInput() {
        Shape input = Shape.of(1, 1, 1, 3);
        try (Bound bound = new Bound(new MaxPool2d(BIG).padding(BIG / 2), input)) {
            assertArrayEquals(new double[] {3}, bound.forward(1, 3, 2));
            assertArrayEquals(new double[] {0, 5, 0}, bound.backward(5));
        }
        try (Bound bound = new Bound(new MaxPool2d(1).dilation(Integer.MAX_VALUE), input)) {
            assertArrayEquals(new double[] {1, 3, 2}, bound.forward(1, 3, 2));
        }
        try (Bound bound = new Bound(new AvgPool2d(BIG).padding(BIG / 2), input)) {
            double area = (double) BIG * BIG;
            assertArrayEquals(new double[] {6 / area}, bound.forward(1, 3, 2));
            assertArrayEquals(new double[] {1, 1, 1}, bound.backward(area));
        }
    }

    @Test
    void kinksTellWhichElementsWon() {
        try (Bound bound = new Bound(new MaxPool1d(2), Shape.of(1, 1, 4))) {
            bound.forward(1, 2, 4, 3);
            long kinks = bound.binding().kinks();
            bound.forward(1, 1.5, 9, 8);
            assertEquals(kinks, bound.binding().kinks());
            bound.forward(1, 2, 3, 4);
            assertNotEquals(kinks, bound.binding().kinks());
        }
    }

    private static double[] integers(Random random, Shape shape) {
        return random.ints(shape.size(), -4, 5).asDoubleStream().toArray();
    }

    private static int count(int[] sizes) {
        return Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    }
}
