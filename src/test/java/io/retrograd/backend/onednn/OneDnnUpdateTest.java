package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.retrograd.backend.AdagradSpec;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Operations;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.RmsPropSpec;
import io.retrograd.backend.Update;
import io.retrograd.optim.Adagrad;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.RmsProp;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds optimizers, penalties and clipping on the CPU against the reference. */
class OneDnnUpdateTest {
    private static final int STEPS = 5;

    /** The parameter that is cut into pieces, and one of a single element and rank 2. */
    private static final int BIG = 3;

    private static final int SMALL = 6;

    private static final List<Shape> SMALL_SHAPES =
            List.of(Shape.of(3), Shape.of(9, 5, 3, 3), Shape.of(2, 7));

    /** Half the distance of float32 numbers, relative. */
    private static final double ROUNDING = 0x1p-24;

    /** Roundings of a weight in one step: the decay's factor, the product, the sum. */
    private static final int OF_WEIGHT = 3;

    /**
     * Roundings in one step's change of a weight: 3 in the gradient, 3 a step in each of two means,
     * 7 in what is made of them, 3 in the rate and constants. Measured worst: 0.49 of what these
     * allow, with AdamW.
     */
    private static final int OF_CHANGE = 13 + 6 * STEPS;

    static Stream<Optimizer> optimizers() {
        return Stream.of(
                new Sgd(0.1),
                new Sgd(0.1).weightDecay(0.03),
                new Sgd(0.1).momentum(0.9),
                new Sgd(0.1).momentum(0.9).dampening(0.3),
                new Sgd(0.1).momentum(0.9).dampening(0.3).weightDecay(0.03),
                new Sgd(0.1).momentum(0.9).nesterov(),
                new Sgd(0.1).momentum(0.9).nesterov().weightDecay(0.03),
                new Adam(0.01),
                new Adam(0.01).betas(0, 0.75).eps(0.1),
                new Adam(0.01).weightDecay(0.03),
                new Adam(0.01).betas(0.9, 0.5).amsgrad(),
                new Adam(0.01).betas(0.9, 0.5).amsgrad().weightDecay(0.03),
                Adam.adamW(0.01).weightDecay(0.3),
                Adam.adamW(0.01).weightDecay(0),
                Adam.adamW(0.01).betas(0.9, 0.5).amsgrad(),
                new RmsProp(0.01),
                new RmsProp(0.01).alpha(0.9).momentum(0.5),
                new RmsProp(0.01).centered(),
                new RmsProp(0.01, new RmsPropSpec(0.9, 0.1, 0.03, 0, /* centered= */ false)),
                new RmsProp(0.01, new RmsPropSpec(0.9, 0.1, 0.03, 0.5, /* centered= */ true)),
                new Adagrad(0.1),
                new Adagrad(0.1).lrDecay(0.5).eps(0.1),
                new Adagrad(0.1, new AdagradSpec(0, 1e-10, 0.03)));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void optimizersFollowTheReference(Optimizer optimizer) {
        try (Backend exact = Backends.open("reference", "float64", 1);
                Backend cpu = Backends.open("cpu", "float32", 2);
                UpdatedModel expected = new UpdatedModel(exact);
                UpdatedModel got = new UpdatedModel(cpu)) {
            Update reference = optimizer.bind(expected.parameters());
            Update update = optimizer.bind(got.parameters());
            double[] before = UpdatedModel.elements(expected.tensors());
            double worst = 0;
            double change = 0;
            for (int t = 1; t <= STEPS; t++) {
                double rate = optimizer.learningRate() / t;
                step(expected, reference, rate, t);
                step(got, update, rate, t);
                double[] after = UpdatedModel.elements(expected.tensors());
                double[] w = UpdatedModel.elements(got.tensors());
                change += distance(before, after);
                for (int i = 0; i < w.length; i++) {
                    double allowed =
                            ROUNDING * (OF_WEIGHT * t * Math.abs(after[i]) + OF_CHANGE * change);
                    worst = Math.max(worst, Math.abs(w[i] - after[i]) / allowed);
                }
                before = after;
                assertArrayEquals(
                        UpdatedModel.elements(expected.gradients()),
                        UpdatedModel.elements(got.gradients()),
                        "gradients keep their values");
            }
            assertTrue(worst <= 1, "error over what is allowed: " + worst);
            assertEquals(List.of(), UpdatedModel.dirtyGaps(got.tensors()));
        }
    }

    private static void step(UpdatedModel model, Update update, double rate, int t) {
        model.setGradients(t, /* scale= */ t % 2 == 1 ? 2 : 0.5);
        model.parameters().setControl(rate, t);
        update.run();
    }

    /** The largest distance of corresponding elements. */
    private static double distance(double[] a, double[] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            largest = Math.max(largest, Math.abs(a[i] - b[i]));
        }
        return largest;
    }

    static Stream<Optimizer> optimizersWithoutEps() {
        return Stream.of(
                new Adam(0.01).eps(0),
                new RmsProp(0.01).eps(0),
                new RmsProp(0.01).eps(0).momentum(0.5),
                new Adagrad(0.1).eps(0));
    }

    /** An element that never had a gradient becomes 0/0; what is no element does not. */
    @ParameterizedTest
    @MethodSource("optimizersWithoutEps")
    void withoutEpsMemoryBetweenElementsStaysZero(Optimizer optimizer) {
        try (Backend cpu = Backends.open("cpu", "float32", 2);
                UpdatedModel model = new UpdatedModel(cpu)) {
            Update update = optimizer.bind(model.parameters());
            for (int t = 1; t <= 2; t++) {
                step(model, update, 0.01, t);
            }
            for (Tensor w : model.tensors()) {
                double[] values = w.toArray();
                for (int i = 0; i < values.length; i++) {
                    assertEquals(i % 5 == 0, Double.isNaN(values[i]), w.name() + " at " + i);
                }
            }
            assertEquals(List.of(), UpdatedModel.dirtyGaps(model.tensors()));
            for (String slot : List.of("adam.mean", "adam.square", "rmsprop.velocity")) {
                assertEquals(List.of(), UpdatedModel.dirtyGaps(model.parameters().slot(slot)));
            }
        }
    }

    @Test
    void epsTooSmallForAReciprocalCountsAsTheSmallestOne() {
        try (Backend cpu = Backends.open("cpu", "float32", 2);
                UpdatedModel model = new UpdatedModel(cpu)) {
            Update update = new Adagrad(0.1).eps(1e-42).bind(model.parameters());
            step(model, update, 0.01, 1);
            assertTrue(
                    Double.isFinite(Arrays.stream(UpdatedModel.elements(model.tensors())).sum()));
            assertEquals(List.of(), UpdatedModel.dirtyGaps(model.tensors()));
        }
    }

    /** Five roundings: of the constants, of l1/l2, of the two sums and the product. */
    @ParameterizedTest
    @CsvSource({"0.01, 0", "0, 0.02", "0.01, 0.02", "1e-12, 0", "0, 0"})
    void penaltyFollowsTheReference(double l1, double l2) {
        compareGradients(
                model -> {
                    double[] w = model.tensors().get(BIG).toArray();
                    w[0] = 0;
                    w[1] = -0.0;
                    w[2] = Float.MIN_VALUE;
                    w[3] = -Float.MIN_VALUE;
                    w[4] = 1e6;
                    model.tensors().get(BIG).copyFrom(w);
                    model.setGradients(1, 1e-3);
                    return operations(model).penalty(l1, l2, model.parameters());
                },
                5 * ROUNDING);
    }

    @Test
    void penaltyHidesNoNaN() {
        try (Backend cpu = Backends.open("cpu", "float32", 2);
                UpdatedModel model = new UpdatedModel(cpu)) {
            model.tensors().get(SMALL).copyFrom(Double.NaN);
            model.setGradients(1, 1e-3);
            operations(model).penalty(0.1, 0, model.parameters()).run();
            assertTrue(Double.isNaN(model.gradients().get(SMALL).toArray()[0]));
        }
    }

    /** Two roundings: the factor's and the product's. With gradients of 1e-6 eps counts, too. */
    @ParameterizedTest
    @CsvSource({"3, 1e-3", "3, 1", "3, 1e6", "1e-6, 1e-4"})
    void clipNormFollowsTheReference(double size, double maxNorm) {
        compareGradients(
                model -> {
                    model.setGradients(1, size);
                    return operations(model).clipNorm(maxNorm, model.parameters());
                },
                2 * ROUNDING);
    }

    /** As in the reference a norm that is NaN makes all gradients NaN. */
    @Test
    void clipNormWithNaN() {
        try (Backend cpu = Backends.open("cpu", "float32", 2);
                UpdatedModel model = new UpdatedModel(cpu)) {
            model.setGradients(1, 3);
            model.gradients().get(SMALL).copyFrom(Double.NaN);
            operations(model).clipNorm(1, model.parameters()).run();
            for (double dw : UpdatedModel.elements(model.gradients())) {
                assertTrue(Double.isNaN(dw));
            }
            assertEquals(List.of(), UpdatedModel.dirtyGaps(model.gradients()));
        }
    }

    @Test
    void clipValueFollowsTheReference() {
        compareGradients(
                model -> {
                    model.setGradients(1, 3);
                    double[] dw = model.gradients().get(BIG).toArray();
                    dw[1] = Double.NaN;
                    dw[2] = Double.POSITIVE_INFINITY;
                    dw[3] = Double.NEGATIVE_INFINITY;
                    model.gradients().get(BIG).copyFrom(dw);
                    return operations(model).clipValue(2.5, model.parameters());
                },
                /* tolerance= */ 0);
    }

    /** Runs an update once on both backends and compares the gradients, which all matter. */
    private static void compareGradients(Function<UpdatedModel, Update> maker, double tolerance) {
        try (Backend exact = Backends.open("reference", "float64", 1);
                Backend cpu = Backends.open("cpu", "float32", 2);
                UpdatedModel expected = new UpdatedModel(exact);
                UpdatedModel got = new UpdatedModel(cpu)) {
            maker.apply(expected).run();
            maker.apply(got).run();
            double[] want = UpdatedModel.elements(expected.gradients());
            double[] have = UpdatedModel.elements(got.gradients());
            for (int i = 0; i < want.length; i++) {
                if (!(Math.abs(have[i] - want[i]) <= tolerance * Math.abs(want[i]))) {
                    assertEquals(want[i], have[i], "element " + i);
                }
            }
            assertEquals(List.of(), UpdatedModel.dirtyGaps(got.gradients()));
        }
    }

    private static Operations operations(UpdatedModel model) {
        return model.parameters().backend().operations();
    }

    static Stream<Function<Parameters, Update>> updates() {
        return Stream.concat(
                optimizers().map(optimizer -> optimizer::bind),
                Stream.of(
                        p -> p.backend().operations().penalty(0.1, 0.2, p),
                        p -> p.backend().operations().clipNorm(1e-2, p),
                        p -> p.backend().operations().clipValue(1, p)));
    }

    @ParameterizedTest
    @MethodSource("updates")
    void anyNumberOfThreadsGivesTheSameBits(Function<Parameters, Update> maker) {
        assertArrayEquals(afterTwoSteps(maker, 1), afterTwoSteps(maker, 2));
    }

    private static double[] afterTwoSteps(Function<Parameters, Update> maker, int threads) {
        try (Backend cpu = Backends.open("cpu", "float32", threads);
                UpdatedModel model = new UpdatedModel(cpu)) {
            Update update = maker.apply(model.parameters());
            for (int t = 1; t <= 2; t++) {
                step(model, update, 0.1, t);
            }
            List<Tensor> all = new ArrayList<>(model.tensors());
            all.addAll(model.gradients());
            return UpdatedModel.elements(all);
        }
    }

    /** The least of several runs: the JVM now and then allocates on its own. */
    @ParameterizedTest
    @MethodSource("updates")
    void runsAllocateNothing(Function<Parameters, Update> maker) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertTrue(threads.isThreadAllocatedMemoryEnabled());
        try (Backend cpu = Backends.open("cpu", "float32", 1);
                UpdatedModel model = new UpdatedModel(cpu, SMALL_SHAPES)) {
            Update update = maker.apply(model.parameters());
            model.setGradients(1, 3);
            model.parameters().setControl(0.01, 1);
            long least = Long.MAX_VALUE;
            for (int i = 0; i < 50; i++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                update.run();
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertEquals(0, least);
        }
    }

    @ParameterizedTest
    @MethodSource("updates")
    void runsAfterCloseAreRefused(Function<Parameters, Update> maker) {
        try (Backend cpu = Backends.open("cpu", "float32", 1)) {
            UpdatedModel model = new UpdatedModel(cpu, SMALL_SHAPES);
            Update fresh = maker.apply(model.parameters());
            Update used = maker.apply(model.parameters());
            step(model, used, 0.1, 1);
            model.close();
            assertThrows(IllegalStateException.class, fresh::run);
            assertThrows(IllegalStateException.class, used::run);
        }
    }
}
