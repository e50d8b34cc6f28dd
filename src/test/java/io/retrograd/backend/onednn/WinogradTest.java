package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Choices;
import io.retrograd.backend.conformance.Comparison;
import io.retrograd.backend.conformance.Side;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions through Winograd's transforms, against the reference. */
@Tag("slow")
class WinogradTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final double EPSILON = 0x1p-23;
    private static final int WAY =
            List.of(WeightedOp.Way.values()).indexOf(WeightedOp.Way.WINOGRAD);
    private static final List<Backend> TEAMS =
            Stream.of(1, 2, 6)
                    .map(threads -> backend(Planner.Style.CHANNELS_LAST, threads))
                    .toList();

    private static Backend backend(Planner.Style style, int threads) {
        Engine engine = new Engine(Precision.FLOAT32, threads, /* deterministic= */ false);
        return new OneDnnBackend(engine, new FixedChoices(style, WAY, /* weight= */ 0));
    }

    private static long[] workers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("retrograd-cpu"))
                .mapToLong(Thread::getId)
                .toArray();
    }

    static Stream<Arguments> cases() {
        Layer same = new Conv2d(8, 3).padding(1);
        return Stream.of(
                of(new Conv2d(7, 3), 3, 3, 7, 13),
                of(new Conv2d(1, 3), 1, 1, 3, 3),
                of(new Conv2d(2, 3).padding(1), 1, 1, 1, 1),
                of(new Conv2d(5, 3).padding(2), 2, 3, 1, 4),
                of(new Conv2d(5, 3).padding(0, 2), 2, 4, 6, 5),
                of(new Conv2d(9, 3).padding(1, 0).bias(false), 3, 2, 5, 8),
                of(new Conv2d(33, 3).padding(1), 2, 17, 9, 9),
                of(new Conv2d(16, 3).padding(1), 40, 8, 4, 4),
                of(new Conv2d(4, 3).padding(1), 5, 3, 31, 33),
                of(new Sequential(same, new Relu()), 3, 4, 5, 6),
                of(new Residual(same), 2, 8, 5, 7),
                of(new Sequential(new Residual(same), new Relu()), 2, 8, 6, 3),
                of(new Sequential(same, new Relu(), same, same), 2, 3, 7, 7));
    }

    private static Arguments of(Layer layer, int... shape) {
        return Arguments.of(layer, Shape.of(shape));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTheReference(Layer layer, Shape shape) {
        TEAMS.forEach(team -> Comparison.of(layer, shape).check(List.of(team), EPSILON));
        Comparison.of(layer, shape).check(List.of(backend(Planner.Style.BLOCKED, 2)), EPSILON);
    }

    /** The transforms halve and add, which small integers survive without rounding. */
    @ParameterizedTest
    @MethodSource("cases")
    void isExactOnSmallIntegers(Layer layer, Shape shape) {
        TEAMS.forEach(team -> Comparison.of(layer, shape).exact().check(List.of(team), EPSILON));
    }

    @Test
    void takesAllThreePasses() {
        String plan = plan(new Conv2d(4, 3).padding(1), Shape.of(2, 3, 8, 8));
        assertTrue(plan.contains("convolution forward winograd"), plan);
        assertTrue(plan.contains("convolution backward data winograd"), plan);
        assertTrue(plan.contains("convolution backward weights winograd"), plan);
    }

    static Stream<Layer> others() {
        return Stream.of(
                new Conv2d(4, 3).stride(2),
                new Conv2d(4, 3).stride(1, 2),
                new Conv2d(4, 3).dilation(2),
                new Conv2d(4, 3).groups(2),
                new Conv2d(4, 3).padding(3),
                new Conv2d(4, 3, 1),
                new Conv2d(4, 5));
    }

    @ParameterizedTest
    @MethodSource("others")
    void leavesOthersAlone(Layer layer) {
        String plan = plan(layer, Shape.of(2, 4, 8, 8));
        assertFalse(plan.contains("winograd"), plan);
    }

    private static String plan(Layer layer, Shape shape) {
        try (Side side =
                new Side(
                        TEAMS.get(1),
                        layer,
                        shape,
                        /* loss= */ null,
                        BindOptions.gradients(/* training= */ true))) {
            return String.join("\n", side.binding().decisions());
        }
    }

    /** To measure a step must not leave anything behind in what is computed later. */
    @Test
    void measuresOnMemoryOfItsOwn() {
        Choices timed =
                new FixedChoices(Planner.Style.CHANNELS_LAST, WAY, /* weight= */ 0) {
                    @Override
                    public double milliseconds(String key, DoubleSupplier measure) {
                        return measure.getAsDouble();
                    }
                };
        Engine engine = new Engine(Precision.FLOAT32, 2, /* deterministic= */ false);
        Comparison.of(new Residual(new Conv2d(64, 3).padding(1)), Shape.of(5, 64, 30, 31))
                .in(Comparison.Mode.TRAIN)
                .check(List.of(new OneDnnBackend(engine, timed)), EPSILON);
    }

    @Test
    void allocatesNothingInAnyThread() {
        Layer network =
                new Sequential(
                        new Conv2d(8, 3).padding(1),
                        new Relu(),
                        new Residual(new Conv2d(8, 3).padding(1)),
                        new Flatten());
        int[] labels = {1, 2, 3, 4, 5};
        try (Model model = Model.create(network, Shape.of(3, 7, 7), TEAMS.get(1), /* seed= */ 1);
                TrainStep step =
                        new TrainStep(model, new CrossEntropy(), new Sgd(0.1), labels.length)) {
            double[] x = new double[labels.length * 3 * 7 * 7];
            long[] workers = workers();
            assertTrue(workers.length > 0);
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 20; i++) {
                long others = allocated(workers);
                long own = THREADS.getCurrentThreadAllocatedBytes();
                step.run(x, labels);
                own = THREADS.getCurrentThreadAllocatedBytes() - own;
                least = Math.min(least, own + allocated(workers) - others);
            }
            assertEquals(0, least);
        }
    }

    private static long allocated(long[] threads) {
        return Arrays.stream(threads).map(THREADS::getThreadAllocatedBytes).sum();
    }
}
