package io.retrograd.gradcheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The coverage of a check, the text of a report, and the comparison of backends. */
class GradientCheckTest {
    private static final double SMOOTH = 1e-8;

    @Test
    void checksEveryElementOfASmallLayer() {
        GradientReport report = GradientCheck.of(new Linear(3), Shape.of(2, 5)).run();
        assertTrue(report.passed(), report::table);
        assertEquals(
                List.of("input", "weight", "bias"),
                report.rows().stream().map(GradientReport.Row::tensor).toList());
        assertEquals(2 * 5 + 2, report.rows().get(0).checked());
        assertTrue(report.worst().orElseThrow().relativeError() < SMOOTH, report::table);
    }

    @Test
    void samplesLargeTensors() {
        GradientReport report =
                GradientCheck.of(new Linear(40), Shape.of(3, 40)).coordinates(10).run();
        assertTrue(report.passed(), report::table);
        assertEquals(10 + 2, report.rows().get(1).checked());
    }

    @Test
    void checksANetworkWithItsLoss() {
        for (long seed = 1; seed <= 5; seed++) {
            GradientReport report =
                    GradientCheck.of(network(), Shape.of(4, 2, 8, 8))
                            .loss(new CrossEntropy())
                            .coordinates(8)
                            .seed(seed)
                            .run();
            assertTrue(report.passed(), report::table);
            assertTrue(report.worst().orElseThrow().relativeError() < SMOOTH, report::table);
        }
    }

    @Test
    void namesTheLayerThatIsWrong() {
        Mutation wrong = Mutation.gradient(0, (i, g) -> 2 * g);
        try (Backend mutant = new MutantBackend("reference", "maxPooling", wrong)) {
            GradientReport report =
                    GradientCheck.of(network(), Shape.of(4, 2, 8, 8))
                            .coordinates(4)
                            .on(mutant)
                            .run();
            String last = report.failures().get(report.failures().size() - 1).message();
            assertTrue(last.contains("MaxPool2d in layer 3"), report::table);
        }
    }

    /** Forward and backward agree with each other but not with the reference. */
    @Test
    void comparesOtherBackendsWithTheReference() {
        Mutation doubled =
                call ->
                        new Mutation.Delegate(call.right()) {
                            @Override
                            public void forward() {
                                super.forward();
                                call.setValue(call.tensors().size() - 1, (i, v) -> 2 * v);
                            }

                            @Override
                            public void backward() {
                                super.backward();
                                for (int t = 0; t < call.tensors().size() - 1; t++) {
                                    call.setGradient(t, (i, g) -> 2 * g);
                                }
                            }
                        };
        GradientCheck check = GradientCheck.of(new Linear(3), Shape.of(2, 5));
        try (Backend alone = new MutantBackend("reference", "linear", doubled);
                Backend other = new MutantBackend("other", "linear", doubled);
                Backend right = new MutantBackend("other", "linear", Mutation.spoil(call -> {}))) {
            assertTrue(check.on(alone).run().passed());
            assertTrue(check.on(right).run().passed());
            GradientReport report = check.on(other).run();
            assertTrue(
                    report.failures().get(0).message().contains("as on the reference"),
                    report::table);
        }
    }

    /** A bias' gradient before batch norm is 0 but for the rounding of its terms. */
    @Test
    void aGradientOfZeroMayBeRoundedInFloat32() {
        Layer layer = new Sequential(new Linear(5), new BatchNorm());
        GradientCheck check = GradientCheck.of(layer, Shape.of(31, 7));
        Mutation none = Mutation.spoil(call -> {});
        Mutation wrong = Mutation.gradient(2, (i, g) -> g + 1e-3);
        try (Backend right = MutantBackend.float32("linear", none);
                Backend mutant = MutantBackend.float32("linear", wrong)) {
            GradientReport report = check.on(right).run();
            assertTrue(report.passed(), report::table);
            assertFalse(check.on(mutant).run().passed());
        }
    }

    /** Rounding turns ReLUs, and a gradient is then off by far more than it was rounded. */
    @Test
    void turnedRelusAreNoDefectInBfloat16() {
        Mutation none = Mutation.spoil(call -> {});
        Mutation wrong = Mutation.gradient(1, (i, g) -> -g);
        try (Backend right = MutantBackend.bfloat16("linear", none);
                Backend mutant = MutantBackend.bfloat16("linear", wrong)) {
            for (long seed = 1; seed <= 10; seed++) {
                GradientCheck check =
                        GradientCheck.of(network(), Shape.of(4, 2, 8, 8))
                                .loss(new CrossEntropy())
                                .coordinates(8)
                                .seed(seed);
                GradientReport report = check.on(right).run();
                assertFalse(report.refuted(), report::table);
                assertTrue(check.on(mutant).run().refuted());
            }
        }
    }

    @Test
    void tellsBothNumbersAndThePlace() {
        Mutation wrong = Mutation.gradient(1, (i, g) -> i == 7 ? g + 1 : g);
        try (Backend mutant = new MutantBackend("reference", "linear", wrong)) {
            GradientReport report =
                    GradientCheck.of(new Linear(3), Shape.of(2, 5)).on(mutant).run();
            GradientReport.Row worst = report.worst().orElseThrow();
            assertFalse(report.passed());
            assertEquals("weight[1, 2]", worst.place());
            assertEquals(1, worst.analytic() - worst.numeric(), 1e-9);
            assertTrue(report.table().contains("weight[1, 2]: expected the derivative"));
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        GradientCheck check = GradientCheck.of(new Linear(3), Shape.of(2, 5));
        assertThrows(IllegalArgumentException.class, () -> check.input(1, 2, 3));
        assertThrows(IllegalArgumentException.class, () -> check.coordinates(0));
        GradientCheck wrongShape = GradientCheck.of(new Conv2d(3, 3), Shape.of(2, 5));
        assertThrows(IllegalArgumentException.class, wrongShape::run);
    }

    private static Layer network() {
        return new Sequential(
                new Conv2d(4, 3).padding(1),
                new BatchNorm(),
                new Relu(),
                new MaxPool2d(2),
                new Residual(
                        new Sequential(
                                new Conv2d(4, 3).padding(1).bias(false),
                                new BatchNorm(),
                                new Relu())),
                new Flatten(),
                new Dropout(0.4),
                new Linear(5));
    }
}
