package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.LowPrecision;
import io.retrograd.backend.conformance.Side;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.Celu;
import io.retrograd.layer.Elu;
import io.retrograd.layer.Gelu;
import io.retrograd.layer.Hardsigmoid;
import io.retrograd.layer.Hardswish;
import io.retrograd.layer.Hardtanh;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Logsigmoid;
import io.retrograd.layer.Mish;
import io.retrograd.layer.Relu6;
import io.retrograd.layer.Selu;
import io.retrograd.layer.Softplus;
import io.retrograd.layer.Softsign;
import io.retrograd.layer.Tanhshrink;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Activations of many elements: chunk by chunk, by several threads, two bfloat16 at a time. */
class OneDnnActivationTest {
    private static final List<Layer> LAYERS =
            List.of(
                    new Elu(0.25),
                    new Gelu(),
                    new Mish(),
                    new Softplus(),
                    new Softsign(),
                    new Hardtanh(),
                    new Hardswish(),
                    new Relu6(),
                    new Selu(),
                    new Celu(0.25),
                    new Hardsigmoid(),
                    new Logsigmoid(),
                    new Tanhshrink(),
                    new Gelu(Gelu.Approximation.TANH));

    private static final int CHUNK = Curve.Room.SIZE;

    /** One chunk and less, parts of one, and more than one thread computes. */
    private static final List<Integer> SIZES =
            List.of(1, 2, 13, CHUNK - 1, CHUNK, CHUNK + 1, 40 * CHUNK + 7);

    /** In bfloat16 each element is what float32 gives, rounded, whatever the others are. */
    @Test
    void bfloat16IsFloat32Rounded() {
        try (Backend low = LowPrecision.open("bf16");
                Backend full = Backends.open("cpu", "float32", 1)) {
            for (Layer layer : LAYERS) {
                for (int size : SIZES) {
                    double[] expected = run(full, layer, size);
                    double[] actual = run(low, layer, size);
                    for (int i = 0; i < 2 * size; i++) {
                        assertEquals(rounded(expected[i]), actual[i], layer + " " + i);
                    }
                }
            }
        }
    }

    /** Each element is the same, wherever it stands and whoever computes it. */
    @Test
    void anElementDoesNotDependOnThreadsAndOthers() {
        try (Backend one = Backends.open("cpu", "float32", 1);
                Backend two = Backends.open("cpu", "float32", 2)) {
            for (Layer layer : LAYERS) {
                int all = 40 * CHUNK + 7;
                double[] expected = run(one, layer, all);
                for (int size : SIZES) {
                    double[] actual = run(two, layer, size);
                    for (int i = 0; i < size; i++) {
                        String where = layer + " " + i + " of " + size;
                        assertEquals(expected[i], actual[i], where);
                        assertEquals(expected[all + i], actual[size + i], where + " backward");
                    }
                }
            }
        }
    }

    /** All of y, then all of dx. */
    private static double[] run(Backend backend, Layer layer, int size) {
        SplittableRandom random = new SplittableRandom(1);
        double[] x = IntStream.range(0, size).mapToDouble(i -> value(i, random)).toArray();
        double[] dy = IntStream.range(0, size).mapToDouble(i -> 1 + i % 4).toArray();
        BindOptions options = BindOptions.inspect(/* training= */ true);
        try (Side side = new Side(backend, layer, Shape.of(size), /* loss= */ null, options)) {
            side.set(x, new double[0]);
            side.binding().forward();
            side.y().requireGrad().copyFrom(dy);
            side.binding().backward();
            double[] result = Arrays.copyOf(side.y().toArray(), 2 * size);
            System.arraycopy(side.x().requireGrad().toArray(), 0, result, size, size);
            return result;
        }
    }

    /** A number that bfloat16 has; a few are none. */
    private static double value(int i, SplittableRandom random) {
        return i % 101 == 7 ? Double.NaN : rounded(4 * random.nextGaussian());
    }

    private static double rounded(double x) {
        return Transfer.fromBfloat16(Transfer.bfloat16((float) x));
    }
}
