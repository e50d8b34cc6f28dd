package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Choices;
import io.retrograd.backend.conformance.Side;
import io.retrograd.backend.cuda.platform.CudaPlatform;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How the way to compute a convolution is chosen. That each is right the conformance suite says.
 */
class CudaConvolutionTest {
    private static final Shape SHAPE = Shape.of(2, 3, 5, 4);

    /** Pointwise, so that there is a gradient of its output to hand on, then depthwise. */
    private static final Layer NETWORK =
            new Sequential(new Conv2d(3, 1), new Conv2d(3, 3).groups(3));

    @BeforeEach
    void load() {
        Gpu.load();
    }

    /** Keeps what was measured, and has the first or the last way be the fastest. */
    private static final class Measured extends Choices {
        private final List<Double> times = new ArrayList<>();

        /** All ways of all passes, by name. */
        private final List<String> ways = new ArrayList<>();

        private final boolean firstWins;

        Measured(Path folder) {
            this(folder, /* firstWins= */ false);
        }

        Measured(Path folder, boolean firstWins) {
            super(folder);
            this.firstWins = firstWins;
        }

        @Override
        public int choose(String key, int count, IntToDoubleFunction milliseconds) {
            List<String> named = List.of(key.replaceFirst("^.*: ", "").split(", ", -1));
            assertEquals(count, named.size(), key);
            ways.addAll(named);
            return super.choose(
                    key,
                    count,
                    i -> {
                        times.add(milliseconds.applyAsDouble(i));
                        return firstWins ? i : -i;
                    });
        }
    }

    @Test
    void measuresEveryWayOnceAndRemembersTheFastest(@TempDir Path folder) {
        Measured first = new Measured(folder);
        List<String> chosen = decisions(first, /* deterministic= */ false, BindOptions.train());
        assertEquals(first.ways.size(), first.times.size());
        assertEquals(5, first.ways.stream().filter("own direct"::equals).count());
        assertTrue(
                first.ways.stream().filter(way -> way.startsWith("cudnn ")).count() >= 5,
                first.ways.toString());
        assertEquals(
                List.of(
                        "0 Conv2d forward: y by own direct",
                        "0 Conv2d backward: dw by own direct",
                        "1 Conv2d forward: y by own direct",
                        "1 Conv2d backward: dx by own direct",
                        "1 Conv2d backward: dw by own direct"),
                chosen.stream().filter(line -> line.contains(" by ")).toList());

        Measured second = new Measured(folder);
        assertEquals(chosen, decisions(second, /* deterministic= */ false, BindOptions.train()));
        assertEquals(List.of(), second.times);
    }

    @Test
    void remembersTheFirstWayToo(@TempDir Path folder) {
        Measured first = new Measured(folder, /* firstWins= */ true);
        List<String> chosen = decisions(first, /* deterministic= */ false, BindOptions.train());
        assertTrue(chosen.get(0).startsWith("0 Conv2d forward: y by cudnn"), chosen.get(0));
        Measured second = new Measured(folder);
        assertEquals(chosen, decisions(second, /* deterministic= */ false, BindOptions.train()));
        assertEquals(List.of(), second.times);
    }

    @Test
    void measuresNothingToInferOrOnTheStandin(@TempDir Path folder) {
        Measured choices = new Measured(folder);
        List<String> chosen = decisions(choices, /* deterministic= */ false, BindOptions.infer());
        assertEquals(List.of(), choices.times);
        assertTrue(chosen.get(0).startsWith("0 Conv2d forward: y by cudnn"), chosen.get(0));
        if (Gpu.PLATFORM == CudaPlatform.STANDIN) {
            assertEquals(chosen, decisions(null, /* deterministic= */ false, BindOptions.infer()));
        }
    }

    @Test
    void takesOnlyDeterministicWaysWhereThatIsAsked(@TempDir Path folder) {
        Measured all = new Measured(folder);
        decisions(all, /* deterministic= */ false, BindOptions.train());
        assertTrue(all.ways.contains("cudnn ALGO_0"), all.ways.toString());
        Measured choices = new Measured(folder.resolve("deterministic"));
        List<String> chosen = decisions(choices, /* deterministic= */ true, BindOptions.train());
        assertTrue(
                chosen.stream().anyMatch(line -> line.contains("dw by cudnn ALGO_1")),
                chosen.toString());
        assertTrue(chosen.stream().noneMatch(line -> line.contains("ALGO_0")), chosen.toString());
        assertEquals(List.of(), choices.times);
    }

    /** Windows of 48,960 bytes: with the kernel's own 256 more than the 48 KiB of a block. */
    @Test
    void aDepthwiseGradientLeavesRoomForItsSums(@TempDir Path folder) {
        ConvolutionShape shape =
                new ConvolutionShape(
                        2,
                        16,
                        16,
                        16,
                        List.of(
                                new ConvolutionShape.Axis(1, 1, 1, 1, 0, 1),
                                new ConvolutionShape.Axis(17, 1, 3, 1, 0, 8),
                                new ConvolutionShape.Axis(45, 16, 3, 2, 0, 7)),
                        2);
        ConvolutionPass pass = ConvolutionPass.BACKWARD_FILTER;
        try (CudaBackend backend =
                new CudaBackend(
                        Gpu.PLATFORM,
                        CudaPrecision.FLOAT32,
                        /* deterministic= */ true,
                        new Choices(folder),
                        line -> {})) {
            CudaDevice device = backend.device();
            device.lock()
                    .during(
                            () -> {
                                ConvolutionWay way =
                                        DepthwiseConvolution.of(device, shape, pass).orElseThrow();
                                try (ConvolutionTrial trial =
                                        new ConvolutionTrial(
                                                device, shape, pass, way.workspaceBytes())) {
                                    assertEquals(Verdict.SOUND, trial.judge(way));
                                }
                                return way;
                            });
        }
    }

    /** JCuda's long shows a size of 2^63 and more as a negative number. */
    @Test
    void aSizeBeyondALongIsARefusal() {
        CudnnException e =
                assertThrows(
                        CudnnException.class, () -> Cudnn.bytes("cudnnGetRNNTempSpaceSizes", -1));
        assertTrue(e.refuses());
        assertEquals(0, Cudnn.bytes("cudnnGetRNNTempSpaceSizes", 0));
    }

    @Test
    void refusesPaddingThatNoIntHolds() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new ConvolutionShape.Axis(3, 1, 1, 1 << 30, 1 << 30, 1));
        assertEquals(
                "Convolution: expected padded sizes below 2^31, got 3 and 1073741824 on both sides",
                e.getMessage());
    }

    private static List<String> decisions(
            @Nullable Choices choices, boolean deterministic, BindOptions options) {
        try (Backend backend =
                        new CudaBackend(
                                Gpu.PLATFORM,
                                CudaPrecision.FLOAT32,
                                deterministic,
                                choices,
                                line -> {});
                Side side = new Side(backend, NETWORK, SHAPE, /* loss= */ null, options)) {
            return side.binding().decisions();
        }
    }
}
