package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.tensor.Philox;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels of kernels/*.cu against straightforward loops, on odd sizes. */
class CudaKernelsTest {
    private static final long SEED = 0x1234_5678_9ABC_DEF0L;
    private static final long STREAM = 0xFEDC_BA98_7654_3210L;

    /** Two libraries' logarithm and cosine, in float64: rounded to float32, rarely a step apart. */
    private static final int STEPS_OF_NORMAL = 1;

    private static final List<String> LINES = new ArrayList<>();

    private static CudaContext gpu;
    private static CudaKernels kernels;

    @BeforeAll
    static void open() {
        gpu = Gpu.open();
        kernels = new CudaKernels(gpu, ElementType.FLOAT32, LINES::add);
    }

    @AfterAll
    static void close() {
        if (gpu != null) {
            kernels.close();
            gpu.close();
        }
    }

    /** Where nothing is kept of an earlier run, as on the stand-in. */
    @Test
    void oneLineSaysWhatIsCompiled() {
        int files = CudaKernels.programs(ElementType.FLOAT32).size();
        String line =
                "compiling "
                        + files
                        + " CUDA files for (sm|compute)_\\d+ with NVRTC \\d+\\.\\d+(, once: .*)?";
        assertTrue(LINES.size() == 1 || (LINES.isEmpty() && !gpu.standin()), LINES.toString());
        LINES.forEach(told -> assertTrue(told.matches(line), told));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 13, 207, 1031})
    void fillWritesEveryElement(int n) {
        try (CudaArray y = new CudaArray(ElementType.FLOAT32, n)) {
            kernels.get("fill").launch(gpu, Grid.over(n), y, 2.5f, (long) n);
            for (float value : y.floats(gpu)) {
                assertEquals(2.5f, value);
            }
        }
    }

    @Test
    void threadsStrideOverWhatTheGridDoesNotCover() {
        try (CudaArray y = new CudaArray(ElementType.FLOAT32, 1000)) {
            kernels.get("fill").launch(gpu, Grid.of(2, 32), y.first(1000), 1f, 1000L);
            assertEquals(1f, y.floats(gpu)[999]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 13, 1031})
    void axpyRoundsOnce(int n) {
        float[] x = new float[n];
        float[] y = new float[n];
        float[] expected = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) Philox.normal(1, 0, i);
            y[i] = (float) Philox.normal(1, 1, i);
            expected[i] = Math.fma(0.3f, x[i], y[i]);
        }
        try (CudaArray onX = CudaArray.of(x);
                CudaArray onY = CudaArray.of(y)) {
            kernels.get("axpy").launch(gpu, Grid.over(n), 0.3f, onX, onY, (long) n);
            assertArrayEquals(expected, onY.floats(gpu));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 13, 1031})
    void uniformsAreTheReferences(int n) {
        try (CudaArray y = new CudaArray(ElementType.FLOAT32, n)) {
            kernels.get("philox_uniform").launch(gpu, Grid.over(n), y, 0.7, SEED, STREAM, (long) n);
            float[] drawn = y.floats(gpu);
            for (int i = 0; i < n; i++) {
                assertEquals((float) (0.7 * (2 * Philox.uniform(SEED, STREAM, i) - 1)), drawn[i]);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 13, 4001})
    void normalsAreTheReferences(int n) {
        try (CudaArray y = new CudaArray(ElementType.FLOAT32, n)) {
            kernels.get("philox_normal").launch(gpu, Grid.over(n), y, 1.5, SEED, STREAM, (long) n);
            float[] drawn = y.floats(gpu);
            for (int i = 0; i < n; i++) {
                float expected = (float) (1.5 * Philox.normal(SEED, STREAM, i));
                assertEquals(expected, drawn[i], STEPS_OF_NORMAL * Math.ulp(expected), "at " + i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 13, 1031})
    void masksAreTheReferences(int n) {
        double p = 0.3;
        long threshold = (long) Math.ceil(p * 0x1p32);
        try (CudaArray keep = new CudaArray(ElementType.UINT8, n)) {
            kernels.get("philox_mask")
                    .launch(gpu, Grid.over(n), keep, threshold, SEED, STREAM, (long) n);
            byte[] drawn = keep.bytes(gpu);
            for (int i = 0; i < n; i++) {
                assertEquals(Philox.uniform(SEED, STREAM, i) >= p ? 1 : 0, drawn[i], "at " + i);
            }
        }
    }

    @Test
    void bitsAtTheThresholdAreKept() {
        int n = 5;
        for (int i = 0; i < n; i++) {
            long threshold = Integer.toUnsignedLong(Philox.bits(SEED, STREAM, i));
            try (CudaArray keep = new CudaArray(ElementType.UINT8, n)) {
                kernels.get("philox_mask")
                        .launch(gpu, Grid.over(n), keep, threshold, SEED, STREAM, (long) n);
                assertEquals(1, keep.bytes(gpu)[i], "at " + i);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "31, 7", "257, 7", "10007, 7", "100003, 300"})
    void sumOfIntegersIsExact(int n, int blocks) {
        float[] x = new float[n];
        double expected = 0;
        for (int i = 0; i < n; i++) {
            x[i] = Philox.bits(2, 0, i) % 1000;
            expected += x[i];
        }
        assertEquals((float) expected, sum(x, blocks));
        assertTrue(n < 2 || expected != 0);
    }

    /** Each 1 would be lost in float32: those of thread 0, those of its block. */
    @ParameterizedTest
    @CsvSource({"1, 256, 512", "2, 1, 256"})
    void sumAddsInDoubles(int blocks, int one, int another) {
        float[] x = new float[3 * 256];
        x[0] = 0x1p24f;
        x[one] = 1;
        x[another] = 1;
        assertEquals(0x1p24f + 2, sum(x, blocks));
    }

    private static float sum(float[] x, int blocks) {
        try (CudaArray onX = CudaArray.of(x);
                CudaArray partial = new CudaArray(ElementType.FLOAT64, blocks);
                CudaArray y = new CudaArray(ElementType.FLOAT32, 1)) {
            CudaArray.Elements partials = partial.first(blocks);
            kernels.get("sum_blocks")
                    .launch(
                            gpu,
                            Grid.of(blocks, 256),
                            onX.first(x.length),
                            partials,
                            (long) x.length);
            kernels.get("sum_rows").launch(gpu, Grid.of(1, 32), partials, y.first(1), 1.0, blocks);
            return y.floats(gpu)[0];
        }
    }
}
