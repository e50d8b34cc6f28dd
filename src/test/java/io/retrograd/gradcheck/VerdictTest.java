package io.retrograd.gradcheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool1d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Sigmoid;
import io.retrograd.layer.Tanh;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a check says where it can't say much, and what it would have caught. */
class VerdictTest {
    private static final Mutation NONE = Mutation.spoil(call -> {});
    private static final Shape PAIRS = Shape.of(2, 3);

    @Test
    void aSaturatedFunctionIsNotEstablished() {
        GradientReport report = GradientCheck.of(new Sigmoid(), Shape.of(2)).input(800, -800).run();
        assertEquals(Verdict.NOT_ESTABLISHED, report.verdict(), report::table);
        assertTrue(report.reason().contains("numerically zero"), report::reason);
    }

    @Test
    void aParameterThatDoesNotMatterNeedsNoGradient() {
        Layer network = new Sequential(new Linear(5), new BatchNorm());
        GradientReport report = GradientCheck.of(network, Shape.of(9, 4)).run();
        assertEquals(Verdict.PASSED, report.verdict(), report::table);
        assertTrue(report.power() < 1e-6, report::table);
    }

    /** Of two values batch norm makes 1 and −1 wherever they lie: what is left is rounding. */
    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda-standin"})
    void batchNormOfTwoValuesIsNoDefect(String device) {
        try (Backend backend = Backends.open(device, "float32", 1)) {
            for (double distance = 4096; distance > 1e-7; distance /= 8) {
                GradientReport report =
                        GradientCheck.of(new BatchNorm(), PAIRS)
                                .input(1, -2, 3, 1 + distance, -2 - distance, 3 + 2 * distance)
                                .on(backend)
                                .run();
                assertNotEquals(Verdict.FAILED, report.verdict(), report::table);
                if (distance == 4096) {
                    assertTrue(report.reason().contains("ill-conditioned"), report::table);
                }
            }
        }
    }

    /** Wrong by twice what the check says it catches, and by a twentieth of it. */
    @Test
    void powerIsWhatIsCaught() {
        List<GradientCheck> checks =
                List.of(
                        GradientCheck.of(new Linear(3), Shape.of(2, 5)),
                        GradientCheck.of(new Sequential(new Linear(4), new Tanh()), PAIRS),
                        GradientCheck.of(
                                new Sequential(new Linear(4), new BatchNorm(), new Relu()),
                                Shape.of(7, 5)));
        List<Function<Mutation, MutantBackend>> devices =
                List.of(
                        wrong -> new MutantBackend("reference", "linear", wrong),
                        wrong -> MutantBackend.float32("linear", wrong),
                        wrong -> MutantBackend.bfloat16("linear", wrong));
        for (Function<Mutation, MutantBackend> device : devices) {
            for (GradientCheck check : checks) {
                double power = run(check, device.apply(NONE)).rows().get(1).power();
                Mutation caught = Mutation.gradient(1, (i, g) -> g * (1 + 2 * power));
                Mutation missed = Mutation.gradient(1, (i, g) -> g * (1 + power / 20));
                GradientReport wrong = run(check, device.apply(caught));
                assertEquals(Verdict.FAILED, wrong.verdict(), wrong::table);
                GradientReport right = run(check, device.apply(missed));
                assertNotEquals(Verdict.FAILED, right.verdict(), right::table);
            }
        }
    }

    private static GradientReport run(GradientCheck check, MutantBackend device) {
        try (device) {
            return check.on(device).run();
        }
    }

    /** Any gradient between both sides' is one, but a device has to take the reference's. */
    @Test
    void aGradientAtAKinkLiesBetweenItsSides() {
        GradientCheck check = GradientCheck.of(new Relu(), Shape.of(4)).input(0, 1, -1, 0);
        assertEquals(Verdict.PASSED, check.run().verdict(), check.run()::table);
        Function<Double, Mutation> atZero =
                slope -> PlantedBug.elementwise((x, y, dy) -> x == 0 ? slope * dy : x > 0 ? dy : 0);
        for (double slope : new double[] {0.5, 1}) {
            GradientReport alone =
                    run(check, new MutantBackend("reference", "activation", atZero.apply(slope)));
            assertEquals(Verdict.PASSED, alone.verdict(), alone::table);
            GradientReport beside =
                    run(check, MutantBackend.float32("activation", atZero.apply(slope)));
            assertEquals(Verdict.FAILED, beside.verdict(), beside::table);
        }
        for (double slope : new double[] {-0.5, 1.001}) {
            GradientReport alone =
                    run(check, new MutantBackend("reference", "activation", atZero.apply(slope)));
            assertEquals(Verdict.FAILED, alone.verdict(), alone::table);
        }
    }

    @Test
    void tiedMaximaHaveOneGradientEach() {
        GradientCheck check =
                GradientCheck.of(new MaxPool1d(2), Shape.of(1, 1, 6)).input(2, 2, -1, -1, 0, 3);
        assertEquals(Verdict.PASSED, check.run().verdict(), check.run()::table);
        Mutation last =
                Mutation.spoil(
                        call -> {
                            double[] dy = call.dy();
                            call.setGradient(0, (i, g) -> i % 2 == 1 ? dy[i / 2] : 0);
                        });
        GradientReport report = run(check, MutantBackend.float32("maxPooling", last));
        assertEquals(Verdict.FAILED, report.verdict(), report::table);
    }

    /** x = relu(x) − relu(−x): by the chain rule the gradient at 0 is 0 and not 1. */
    @Test
    void kinksOfSeveralOperationsAreNoDefect() {
        Layer negative = new Sequential(new Linear(1).bias(false), new Relu());
        Layer network = new Residual(negative, new Relu());
        GradientReport report = GradientCheck.of(network, Shape.of(1, 1)).input(0).run();
        assertNotEquals(Verdict.FAILED, report.verdict(), report::table);
    }

    @Test
    void tooManyKinksSayNothing() {
        Layer network = new Sequential(new Conv2d(2, 1), new Relu(), new Conv2d(2, 1), new Relu());
        GradientReport report =
                GradientCheck.of(network, Shape.of(1, 2, 3, 3)).input(new double[18]).run();
        assertNotEquals(Verdict.FAILED, report.verdict(), report::table);
    }
}
