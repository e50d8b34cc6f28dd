package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.conformance.Side;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the CPU's max pooling does differently, so that the conformance suite leaves it out. */
class CudaMaxPoolingTest {
    private static final Shape SHAPE = Shape.of(1, 2, 5, 5);

    @BeforeEach
    void load() {
        Gpu.load();
    }

    /** One and several NaNs in a window, first and last; the other plane has none. */
    @Test
    void nanBeatsEveryNumberAsOnTheReference() {
        double[] x = new double[Math.toIntExact(SHAPE.size())];
        Arrays.setAll(x, i -> i * 7 % 11 - 5);
        for (int i : new int[] {0, 7, 8, 24}) {
            x[i] = Double.NaN;
        }
        double[][] expected;
        try (Backend reference = Backends.open("reference")) {
            expected = outputAndGradient(reference, x);
        }
        try (Backend cuda = Backends.open(Gpu.PLATFORM.device(), "float64", 0)) {
            double[][] actual = outputAndGradient(cuda, x);
            assertArrayEquals(expected[0], actual[0]);
            assertArrayEquals(expected[1], actual[1]);
        }
    }

    private static double[][] outputAndGradient(Backend backend, double[] x) {
        try (Side side =
                new Side(
                        backend,
                        new MaxPool2d(3).stride(1),
                        SHAPE,
                        /* loss= */ null,
                        BindOptions.inspect(/* training= */ true))) {
            side.set(x, new double[0]);
            side.binding().forward();
            double[] dy = new double[Math.toIntExact(side.y().shape().size())];
            Arrays.setAll(dy, i -> i + 1);
            side.y().requireGrad().copyFrom(dy);
            side.binding().backward();
            double[] dx = side.results().get("input.grad").toArray();
            return new double[][] {side.y().toArray(), dx};
        }
    }
}
