package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retrograd.backend.Memory;
import io.retrograd.tensor.Feed;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Floats and pixels arrive as the same numbers in doubles do, in every layout. */
class OneDnnFeedTest {
    private static final Shape SHAPE = Shape.of(2, 3, 4, 5);
    private static final int SIZE = 120;

    @ParameterizedTest
    @CsvSource({"FLOAT32, false", "FLOAT32, true", "BF16, false", "BF16, true"})
    void allKindsAreOne(Precision precision, boolean channelsLast) {
        Engine engine = new Engine(precision, 1, /* deterministic= */ true);
        float[] floats = new float[SIZE];
        byte[] pixels = new byte[SIZE];
        Random random = new Random(9);
        random.nextBytes(pixels);
        for (int i = 0; i < SIZE; i++) {
            floats[i] = random.nextFloat() * 100 - 50;
        }
        double[] ofFloats = new double[SIZE];
        Arrays.setAll(ofFloats, i -> floats[i]);
        assertArrayEquals(
                written(engine, channelsLast, feed -> feed.write(ofFloats)),
                written(engine, channelsLast, feed -> feed.write(floats)));
        for (int largest : new int[] {255, 16, 1}) {
            double[] ofPixels = new double[SIZE];
            Arrays.setAll(ofPixels, i -> Byte.toUnsignedInt(pixels[i]) / (double) largest);
            assertArrayEquals(
                    written(engine, channelsLast, feed -> feed.write(ofPixels)),
                    written(
                            engine,
                            channelsLast,
                            feed -> {
                                feed.write(pixels, 255);
                                feed.write(pixels, largest);
                            }));
        }
        floats[SIZE - 1] = Float.NaN;
        assertThrows(
                IllegalArgumentException.class,
                () -> written(engine, channelsLast, feed -> feed.write(floats)));
    }

    private static double[] written(Engine engine, boolean channelsLast, Consumer<Feed> write) {
        Memory memory = new OneDnnMemory(engine);
        Tensor x = memory.tensor("x", SHAPE, engine.precision().dtype(), /* grad= */ null);
        OneDnnTensor own = (OneDnnTensor) x;
        if (channelsLast) {
            own.layout(engine.layouts().channelsLast(own.type(), own.dims()));
        }
        try (Memory.Arena arena = memory.allocate(memory.footprint(x));
                Feed feed = x.feed()) {
            memory.place(x, arena, 0);
            write.accept(feed);
            return x.toArray();
        }
    }
}
