package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Predictions of batches of any size, from and as doubles and floats. */
class PredictTest {
    private static final Layer NETWORK =
            new Sequential(new Conv2d(2, 3), new Tanh(), new Flatten(), new Linear(3));
    private static final Shape IMAGE = Shape.of(1, 5, 5);
    private static final int SIZE = 25;

    private static float[] floats(int samples) {
        Random random = new Random(5);
        float[] x = new float[samples * SIZE];
        for (int i = 0; i < x.length; i++) {
            x[i] = random.nextFloat() - 0.5f;
        }
        return x;
    }

    private static double[] doubles(float[] x) {
        double[] wide = new double[x.length];
        Arrays.setAll(wide, i -> x[i]);
        return wide;
    }

    private static ByteBuffer bytes(float[] x, ByteOrder order, int before) {
        ByteBuffer buffer = ByteBuffer.allocate(before + 4 * x.length + 4).order(order);
        buffer.position(before);
        for (float value : x) {
            buffer.putFloat(value);
        }
        return buffer.flip().position(before);
    }

    /** Bounds: one rounding of a sum of 18 terms near 1. */
    @ParameterizedTest
    @CsvSource({"reference, 0", "cpu, 1e-6", "cuda-standin, 1e-6"})
    void largeBatchesAreComputedInParts(String device, double bound) {
        int samples = 600;
        float[] x = floats(samples);
        try (Backend backend = Backends.open(device);
                Model model = Model.create(NETWORK, IMAGE, backend, 1)) {
            double[] all = model.predict(doubles(x));
            assertEquals(3 * samples, all.length);
            for (int n : new int[] {0, 255, 256, 511, 512, 599}) {
                double[] one =
                        model.predict(doubles(Arrays.copyOfRange(x, n * SIZE, (n + 1) * SIZE)));
                assertArrayEquals(one, Arrays.copyOfRange(all, 3 * n, 3 * n + 3), bound);
            }
            assertArrayEquals(all, model.predict(x));
            float[] asFloats = model.predictFloats(x);
            for (int i = 0; i < all.length; i++) {
                assertEquals((float) all[i], asFloats[i]);
            }
            for (ByteOrder order :
                    new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
                ByteBuffer buffer = bytes(x, order, 8);
                assertArrayEquals(asFloats, model.predictFloats(buffer));
                assertEquals(8, buffer.position());
            }
        }
    }

    @Test
    void refusesPartsOfSamples() {
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(NETWORK, IMAGE, backend, 1)) {
            float[] some = floats(2);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> model.predictFloats(Arrays.copyOf(some, SIZE + 1)));
            ByteBuffer odd = bytes(some, ByteOrder.nativeOrder(), 0).limit(4 * SIZE + 2);
            assertThrows(IllegalArgumentException.class, () -> model.predictFloats(odd));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> model.predictFloats(ByteBuffer.allocate(0)));
            some[SIZE] = Float.NaN;
            assertThrows(IllegalArgumentException.class, () -> model.predictFloats(some));
        }
    }

    /** States go from one run to the next: a batch must not become several runs. */
    @Test
    void statesSeeOneRun() {
        Layer network = new Sequential(new Gru(2).stateful(true));
        int samples = 300;
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(network, Shape.of(1, 1), backend, 1)) {
            assertTrue(model.stateful());
            double[] x = new Random(1).doubles(samples).toArray();
            double[] first = model.predict(x);
            double[] second = model.predict(x);
            assertEquals(first.length, second.length);
            for (int i = 0; i < first.length; i++) {
                assertTrue(first[i] != second[i], "sample " + i / 2 + " has a state of its own");
            }
        }
    }

    @Test
    void stepsTakeBuffers() {
        float[] x = floats(4);
        int[] labels = {0, 1, 2, 0};
        try (Backend backend = Backends.open("cpu");
                Model byArray = Model.create(NETWORK, IMAGE, backend, 1);
                Model byBuffer = Model.create(NETWORK, IMAGE, backend, 1);
                TrainStep arrays = new TrainStep(byArray, new CrossEntropy(), new Sgd(0.1), 4);
                TrainStep buffers = new TrainStep(byBuffer, new CrossEntropy(), new Sgd(0.1), 4)) {
            for (int i = 0; i < 3; i++) {
                arrays.run(x, labels);
                buffers.run(bytes(x, ByteOrder.BIG_ENDIAN, 4), labels);
                assertEquals(arrays.loss(), buffers.loss());
            }
        }
    }
}
