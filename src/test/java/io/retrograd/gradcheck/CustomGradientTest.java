package io.retrograd.gradcheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.layer.Custom;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The checker's reports on users' own operations. */
class CustomGradientTest {
    private static final Shape SHAPE = Shape.of(3, 7);

    @Test
    void rightSwishPasses() {
        Custom swish =
                Custom.of(
                        "swish", x -> x * sigmoid(x), x -> sigmoid(x) * (1 + x * (1 - sigmoid(x))));
        GradientReport report = GradientCheck.of(swish, SHAPE).run();
        assertTrue(report.passed(), report::table);
        assertTrue(report.remarks().isEmpty(), report::table);
    }

    @Test
    void wrongSwishFailsAndIsNamed() {
        Custom swish = Custom.of("swish", x -> x * sigmoid(x), CustomGradientTest::sigmoid);
        GradientReport report =
                GradientCheck.of(new Sequential(new Linear(5), swish, new Linear(2)), SHAPE).run();
        assertFalse(report.passed());
        String last = report.failures().get(report.failures().size() - 1).message();
        assertTrue(last.contains("swish in layer 1"), report::table);
    }

    @Test
    void straightThroughSignPassesByItsSurrogate() {
        GradientReport report = GradientCheck.of(sign(-1, 1), SHAPE).run();
        assertTrue(report.passed(), report::table);
        assertEquals(1, report.remarks().size());
    }

    @Test
    void straightThroughSignFailsByAWrongSurrogate() {
        GradientReport report = GradientCheck.of(sign(-2, 2), SHAPE).run();
        assertFalse(report.passed());
    }

    @Test
    void straightThroughSignFailsWithoutSurrogate() {
        Custom sign = Custom.of("sign", Math::signum, x -> Math.abs(x) <= 1 ? 1 : 0);
        assertFalse(GradientCheck.of(sign, SHAPE).run().passed());
    }

    @Test
    void aForgottenElementIsFound() {
        Custom half =
                Custom.of(
                        "half",
                        shape -> shape,
                        (x, y) -> System.arraycopy(x, 0, y, 0, x.length),
                        (x, y, dy, dx) -> System.arraycopy(dy, 0, dx, 0, dx.length - 1));
        GradientReport report = GradientCheck.of(half, SHAPE).run();
        assertTrue(report.failures().get(0).message().startsWith("input[2, 6]"), report::table);
    }

    /** No step is small enough to stay clear of a kink. */
    @Test
    void atKinksNothingIsDecided() {
        Custom abs = Custom.of("abs", Math::abs, Math::signum).kinks(0);
        double[] x = new double[Math.toIntExact(SHAPE.size())];
        Arrays.setAll(x, i -> (i + 1) * Double.MIN_NORMAL);
        undecided(GradientCheck.of(abs, SHAPE).input(x).run());
    }

    /** Nor does a function that turns more often than any step can follow, and nobody is blamed. */
    @Test
    void whereDifferencesAreInexactNothingIsDecided() {
        Custom noise = Custom.of("noise", x -> x + 1e-3 * Math.sin(1e12 * x), x -> 1).kinks(1e9);
        undecided(GradientCheck.of(noise, SHAPE).run());
    }

    private static void undecided(GradientReport report) {
        assertFalse(report.passed(), report::table);
        assertFalse(report.refuted(), report::table);
        assertTrue(report.table().contains("\n  undecided: input"), report::table);
        assertFalse(report.table().contains("wrong"), report::table);
    }

    @Test
    void whatIsWrongIsRefutedWhateverItsNameSays() {
        Custom wrong = Custom.of("input: inconclusive", x -> x * x, x -> x);
        GradientReport report = GradientCheck.of(wrong, SHAPE).run();
        assertTrue(report.refuted(), report::table);
        assertEquals(GradientFailure.Kind.WRONG, report.failures().get(0).kind());
        assertTrue(report.table().contains("\n  wrong: input"), report::table);
    }

    /** The sign with the gradient of a clamp to [−1, 1], declared as that of another clamp. */
    private static Custom sign(double low, double high) {
        return Custom.of("sign", Math::signum, x -> Math.abs(x) <= 1 ? 1 : 0)
                .surrogate(x -> Math.max(low, Math.min(high, x)))
                .kinks(-1, 1, low, high);
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
