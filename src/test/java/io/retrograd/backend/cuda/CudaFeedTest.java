package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Memory;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.tensor.Feed;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs of many steps: doubles, floats and pixels, below and above what staging has room for. */
@Tag("slow")
class CudaFeedTest {
    private static final int LARGE = 6_300_000;
    private static final int STEPS = 5;
    private static final int PIXELS = 256;

    @BeforeEach
    void load() {
        Gpu.load();
    }

    /** Each batch is read after the next two have been written over it in their places. */
    @ParameterizedTest
    @ValueSource(ints = {9, 70_000, LARGE})
    void eachStepHasItsBatch(int size) {
        try (Backend cuda = open(CudaPrecision.FLOAT32)) {
            Memory memory = cuda.memory();
            Tensor x = memory.tensor("x", Shape.of(size), cuda.dtype(), /* grad= */ null);
            Tensor seen = memory.tensor("seen", Shape.of(STEPS), cuda.dtype(), /* grad= */ null);
            try (Memory.Arena arena =
                    memory.allocate(memory.footprint(x) + memory.footprint(seen))) {
                memory.place(x, arena, 0);
                memory.place(seen, arena, memory.footprint(x));
                assertArrayEquals(
                        new double[] {1, 2, 3, 4, 5}, run(cuda, (CudaTensor) x, (CudaTensor) seen));
            }
        }
    }

    /** The last element of each step's input, copied by the GPU. */
    private static double[] run(Backend cuda, CudaTensor x, CudaTensor seen) {
        CudaDevice device = ((CudaBackend) cuda).device();
        double[] doubles = new double[x.size()];
        float[] floats = new float[x.size()];
        byte[] pixels = new byte[x.size()];
        try (Feed feed = x.feed()) {
            for (int step = 0; step < STEPS; step++) {
                int last = x.size() - 1;
                doubles[last] = step + 1;
                floats[last] = step + 1;
                pixels[last] = (byte) (step + 1);
                switch (step % 3) {
                    case 0 -> feed.write(doubles);
                    case 1 -> feed.write(floats);
                    default -> feed.write(pixels, 1);
                }
                long to = (long) step * Float.BYTES;
                long from = (long) last * Float.BYTES;
                device.lock()
                        .during(
                                () -> {
                                    device.enter();
                                    return JCudaDriver.cuMemcpyDtoDAsync(
                                            seen.pointer().withByteOffset(to),
                                            x.pointer().withByteOffset(from),
                                            Float.BYTES,
                                            device.stream());
                                });
            }
        }
        return seen.toArray();
    }

    /** As where Java divides: in double, then rounded. */
    @ParameterizedTest
    @EnumSource(
            value = CudaPrecision.class,
            names = {"FLOAT32", "FLOAT64"})
    void aPixelIsItsShareOfTheLargest(CudaPrecision precision) {
        try (Backend cuda = open(precision)) {
            Memory memory = cuda.memory();
            Tensor x = memory.tensor("x", Shape.of(PIXELS), cuda.dtype(), /* grad= */ null);
            byte[] pixels = new byte[PIXELS];
            for (int i = 0; i < PIXELS; i++) {
                pixels[i] = (byte) i;
            }
            try (Memory.Arena arena = memory.allocate(memory.footprint(x));
                    Feed feed = feed(x, arena, memory)) {
                for (int largest = 1; largest < PIXELS; largest += 2) {
                    feed.write(pixels, largest);
                    double by = largest;
                    double[] expected = new double[PIXELS];
                    Arrays.setAll(
                            expected,
                            i -> precision == CudaPrecision.FLOAT32 ? (float) (i / by) : i / by);
                    assertArrayEquals(expected, x.toArray());
                }
                assertThrows(IllegalArgumentException.class, () -> feed.write(pixels, PIXELS));
                assertThrows(IllegalArgumentException.class, () -> feed.write(new byte[1], 1));
                float[] bad = new float[PIXELS];
                bad[3] = Float.NaN;
                assertEquals(
                        "x: expected finite values, got NaN at element 3 of (256)",
                        assertThrows(IllegalArgumentException.class, () -> feed.write(bad))
                                .getMessage());
            }
        }
    }

    /** The first batch takes the GPU's last memory for itself. */
    @Test
    void withoutRoomForTwoBatchesTheyWait() {
        List<String> said = new ArrayList<>();
        try (Backend cuda =
                new CudaBackend(
                        Gpu.PLATFORM,
                        CudaPrecision.FLOAT32,
                        /* deterministic= */ true,
                        /* choices= */ null,
                        said::add)) {
            said.clear();
            Memory memory = cuda.memory();
            Tensor x = memory.tensor("x", Shape.of(LARGE), cuda.dtype(), /* grad= */ null);
            try (Memory.Arena arena = memory.allocate(memory.footprint(x));
                    Feed feed = feed(x, arena, memory)) {
                CudaAsked.leave(cuda, 4L << 20);
                double[] batch = new double[LARGE];
                batch[LARGE - 1] = 7;
                feed.write(batch);
                feed.write(batch);
                assertEquals(7, x.toArray()[LARGE - 1]);
                assertEquals(1, said.size(), said.toString());
                assertTrue(said.get(0).startsWith("x: no room for 2 batches of "), said.get(0));
            }
        }
    }

    private static Feed feed(Tensor x, Memory.Arena arena, Memory memory) {
        memory.place(x, arena, 0);
        return x.feed();
    }

    private static Backend open(CudaPrecision precision) {
        return new CudaBackend(
                Gpu.PLATFORM,
                precision,
                /* deterministic= */ true,
                /* choices= */ null,
                line -> {});
    }
}
