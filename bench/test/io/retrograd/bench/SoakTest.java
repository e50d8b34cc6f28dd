package io.retrograd.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backends;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Mixed work leaves nothing behind; what does is found. {@code bench/soak --mixed 60} does it for
 * an hour.
 */
class SoakTest {
    private static final int READINGS = 12;
    private static final double SECONDS_EACH = 0.6;
    private static final int MIB = 1 << 20;

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference", "cuda-standin"})
    void mixedWorkIsFlat(String device) throws IOException {
        Assumptions.assumeTrue(Backends.provider(device).probe().usable(), device);
        List<Growth> growths = soak(device, SECONDS_EACH, () -> {});
        if (!growths.stream().allMatch(Growth::flat)) {
            // The JVM's compilers come and go; a leak grows again.
            growths = soak(device, SECONDS_EACH, () -> {});
        }
        List<String> found = growths.stream().map(Growth::text).toList();
        assertTrue(growths.stream().allMatch(Growth::flat), String.join("\n", found));
    }

    private static List<Growth> soak(String name, double secondsEach, MixedWork.More leak)
            throws IOException {
        DeviceOptions device = new DeviceOptions();
        device.name = name;
        device.precision = name.equals("reference") ? "float64" : "float32";
        try (MixedWork work = new MixedWork(device)) {
            // Without bench/soak's fixed heap, resident memory grows until all of the heap was
            // used.
            return work.repeat(secondsEach, READINGS, leak).stream()
                    .filter(growth -> !growth.figure().equals("resident memory"))
                    .toList();
        }
    }

    @Test
    void leaksAreFound() throws IOException {
        List<FileInputStream> files = new ArrayList<>();
        List<Object> kept = new ArrayList<>();
        CountDownLatch end = new CountDownLatch(1);
        MixedWork.More leak =
                () -> {
                    files.add(new FileInputStream("/dev/null"));
                    kept.add(ByteBuffer.allocateDirect(8 * MIB));
                    kept.add(new byte[MIB]);
                    new Thread(() -> await(end)).start();
                };
        try {
            List<Growth> growths = soak("reference", /* secondsEach= */ 0, leak);
            for (String figure :
                    List.of("native memory in use", "Java heap in use", "open files", "threads")) {
                Growth growth =
                        growths.stream()
                                .filter(g -> g.figure().equals(figure))
                                .findFirst()
                                .orElseThrow();
                assertFalse(growth.flat(), growth.text());
            }
            assertEquals(2 * READINGS, kept.size());
        } finally {
            end.countDown();
            for (FileInputStream file : files) {
                file.close();
            }
        }
    }

    private static void await(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
