package io.retrograd.backend.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.layer.Activation;
import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.ActivationSpec.Kind;
import io.retrograd.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Activations at kinks and of NaN; for all other numbers the conformance suite compares them with
 * exact values.
 */
class ReferenceActivationTest {
    private static final double STEP = 0x1p-8;

    /** A jump of f″ in a step: at most 0.023 where f is smooth (softsign), 4 or more at a kink. */
    private static final double JUMP = 0.3;

    @Test
    void derivativesAtKinksAreThoseOfPyTorch() {
        assertEquals(0, derivative(Kind.RELU, 0));
        assertEquals(0.25, derivative(Kind.LEAKY_RELU, 0));
        assertEquals(1.5, derivative(Kind.ELU, 0));
        assertEquals(0, derivative(Kind.HARDTANH, -1));
        assertEquals(0, derivative(Kind.HARDTANH, 1));
        assertEquals(0, derivative(Kind.HARDSWISH, -3));
        assertEquals(1, derivative(Kind.HARDSWISH, 3));
        assertEquals(0, derivative(Kind.RELU6, 0));
        assertEquals(0, derivative(Kind.RELU6, 6));
        assertEquals(
                ActivationSpec.SELU_SCALE * ActivationSpec.SELU_ALPHA, derivative(Kind.SELU, 0));
        assertEquals(1, derivative(Kind.CELU, 0));
        assertEquals(0, derivative(Kind.HARDSIGMOID, -3));
        assertEquals(0, derivative(Kind.HARDSIGMOID, 3));
        assertTrue(derivative(Kind.SOFTPLUS, 20) < 1);
        assertEquals(1, derivative(Kind.SOFTPLUS, Math.nextUp(20.0)));
        assertEquals(Math.nextUp(20.0), value(Kind.SOFTPLUS, Math.nextUp(20.0)));
    }

    @ParameterizedTest
    @EnumSource
    void notANumberStaysOne(Kind kind) {
        assertEquals(Double.NaN, value(kind, Double.NaN));
    }

    @ParameterizedTest
    @EnumSource
    void kinksTellThePiecesApart(Kind kind) {
        ActivationSpec spec = spec(kind);
        assertEquals(kind.kinks().size(), spec.piece(1e300));
        for (int i = 0; i < kind.kinks().size(); i++) {
            double kink = kind.kinks().get(i);
            assertEquals(i, spec.piece(kink));
            assertEquals(i + 1, spec.piece(Math.nextUp(kink)));
        }
        try (Bound bound = new Bound(layer(kind), Shape.of(2))) {
            for (double kink : kind.kinks()) {
                assertNotEquals(kinks(bound, kink - 1, 9), kinks(bound, kink + 1, 9));
                assertNotEquals(kinks(bound, 9, kink - 1), kinks(bound, 9, kink + 1));
            }
            assertEquals(kinks(bound, -50, 50), kinks(bound, -60, 60));
        }
    }

    /** Where f′ or f″ jumps; softplus's kink is too small to be seen. */
    @ParameterizedTest
    @EnumSource
    void noKinkIsLeftOut(Kind kind) {
        for (double x = -32; x < 32; x += STEP) {
            double left = derivative(kind, x) - derivative(kind, x - STEP);
            double right = derivative(kind, x + STEP) - derivative(kind, x);
            if (spec(kind).piece(x - STEP) == spec(kind).piece(x + STEP)) {
                assertEquals(left / STEP, right / STEP, JUMP, kind + ": a kink at " + x);
            }
        }
    }

    private static long kinks(Bound bound, double... x) {
        bound.forward(x);
        return bound.binding().kinks();
    }

    private static double value(Kind kind, double x) {
        return ReferenceActivation.value(spec(kind), x);
    }

    private static double derivative(Kind kind, double x) {
        return ReferenceActivation.derivative(spec(kind), x);
    }

    private static ActivationSpec spec(Kind kind) {
        return layer(kind).spec();
    }

    private static Activation layer(Kind kind) {
        return Activation.of(new ActivationSpec(kind, kind == Kind.ELU ? 1.5 : 0.25));
    }
}
