package io.retrograd.backend.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.AdaptiveAvgPool2d;
import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.ConvTranspose1d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.Convolution;
import io.retrograd.layer.Layer;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.tensor.Shape;
import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The promises of all operations over spatial dimensions, on odd sizes and ordinary numbers. */
class ReferenceSpatialTest {
    private static final int WARM_UP = 3;
    private static final double EPSILON = Math.ulp(1.0);

    static Stream<Arguments> convolutions() {
        return Stream.of(
                Arguments.of(new Conv1d(13, 5).stride(2).padding(3), Shape.of(3, 7, 207)),
                Arguments.of(new Conv2d(13, 3).padding(1), Shape.of(5, 9, 13, 7)),
                Arguments.of(new Conv2d(13, 1), Shape.of(1, 5, 13, 13)),
                Arguments.of(new Conv2d(18, 3, 2).stride(2, 1).groups(9), Shape.of(3, 9, 13, 2)),
                Arguments.of(new Conv3d(5, 2).dilation(2), Shape.of(2, 6, 5, 3, 7)),
                Arguments.of(new ConvTranspose1d(5, 4).stride(3), Shape.of(3, 13, 31)),
                Arguments.of(
                        new ConvTranspose2d(9, 3).stride(2).padding(1).outputPadding(1).groups(3),
                        Shape.of(2, 6, 7, 5)));
    }

    static Stream<Arguments> poolings() {
        return Stream.of(
                Arguments.of(new MaxPool2d(3).stride(2).padding(1), Shape.of(3, 7, 13, 5)),
                Arguments.of(new AvgPool2d(3).stride(1).ceilMode(true), Shape.of(3, 7, 13, 5)),
                Arguments.of(new AdaptiveAvgPool2d(3, 4), Shape.of(3, 7, 13, 5)));
    }

    static Stream<Arguments> all() {
        return Stream.concat(convolutions(), poolings());
    }

    /** ⟨y, dy⟩ = ⟨x, dx⟩ = ⟨w, dw⟩: y is linear in x and in w. */
    @ParameterizedTest
    @MethodSource("convolutions")
    void gradientsAreAdjoint(Convolution<?> layer, Shape input) {
        Random random = new Random(1);
        try (Bound bound = new Bound(layer.bias(false), input)) {
            double[] x = normals(random, input);
            double[] dy = normals(random, bound.y().shape());
            double[] w = bound.value("weight");
            double[] y = bound.forward(x);
            double[] dx = bound.backward(dy);
            double expected = dot(y, dy);
            double tolerance = tolerance(x.length + dy.length + w.length, y, dy);
            assertEquals(expected, dot(x, dx), tolerance, "x");
            assertEquals(expected, dot(w, bound.gradient("weight")), tolerance, "w");
        }
    }

    /** ⟨y, dy⟩ = ⟨x, dx⟩: max pooling too is linear while the winners stay. */
    @ParameterizedTest
    @MethodSource("poolings")
    void poolingGradientsAreAdjoint(Layer layer, Shape input) {
        Random random = new Random(2);
        try (Bound bound = new Bound(layer, input)) {
            double[] x = normals(random, input);
            double[] dy = normals(random, bound.y().shape());
            double[] y = bound.forward(x);
            double tolerance = tolerance(x.length + dy.length, y, dy);
            assertEquals(dot(y, dy), dot(x, bound.backward(dy)), tolerance);
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void threadsDoNotChangeABit(Layer layer, Shape input) {
        BindOptions options = BindOptions.inspect(/* training= */ true);
        try (Bound one = new Bound(layer, input, options, /* threads= */ 1);
                Bound three = new Bound(layer, input, options, /* threads= */ 3)) {
            Random random = new Random(3);
            double[] x = normals(random, input);
            double[] dy = normals(random, one.y().shape());
            assertArrayEquals(one.forward(x), three.forward(x));
            assertArrayEquals(one.backward(dy), three.backward(dy));
            one.parameters()
                    .named()
                    .keySet()
                    .forEach(
                            name ->
                                    assertArrayEquals(
                                            one.gradient(name), three.gradient(name), name));
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void aStepAllocatesNothing(Layer layer, Shape input) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Bound bound = new Bound(layer, input)) {
            long least = Long.MAX_VALUE;
            for (int i = 0; i < WARM_UP; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                long idle = threads.getCurrentThreadAllocatedBytes() - before;
                before = threads.getCurrentThreadAllocatedBytes();
                bound.binding().forward();
                bound.binding().backward();
                long used = threads.getCurrentThreadAllocatedBytes() - before;
                least = Math.min(least, used - idle);
            }
            assertEquals(0, least, "bytes");
        }
    }

    private static double[] normals(Random random, Shape shape) {
        return random.doubles(shape.size()).map(u -> random.nextGaussian()).toArray();
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** Rounding of three sums of at most this many products: ε·√terms of their absolute values. */
    private static double tolerance(int terms, double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] * b[i]);
        }
        return EPSILON * Math.sqrt(terms) * sum;
    }
}
