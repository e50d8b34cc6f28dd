package io.retrograd.gradcheck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.layer.Custom;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
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
        String last = report.failures().get(report.failures().size() - 1);
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
        assertTrue(report.failures().get(0).startsWith("input[2, 6]"), report::table);
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
