package io.retrograd.backend.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.layer.Activation;
import io.retrograd.layer.Elu;
import io.retrograd.layer.Gelu;
import io.retrograd.layer.Hardswish;
import io.retrograd.layer.Hardtanh;
import io.retrograd.layer.LeakyRelu;
import io.retrograd.layer.Mish;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sigmoid;
import io.retrograd.layer.Silu;
import io.retrograd.layer.Softplus;
import io.retrograd.layer.Softsign;
import io.retrograd.layer.Tanh;
import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.ActivationSpec.Kind;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Activations and their derivatives against values computed to 50 digits. */
class ReferenceActivationTest {
    /**
     * Relative, times 1 + x²: what rounding x costs in e^(−x²/2). The worst is 3.0e-15, for the
     * derivative of mish close to where it is 0.
     */
    private static final double TOLERANCE = 4e-15;

    /** Above e⁻⁴⁰⁰·400. */
    private static final double TINY = 1e-170;

    @ParameterizedTest
    @EnumSource
    void agreesWithTheTable(Kind kind) {
        String[][] rows =
                Table.rows("activations.csv").stream()
                        .filter(row -> row[0].equals(kind.name()))
                        .toArray(String[][]::new);
        assertTrue(rows.length > 0);
        double[] x = column(rows, 1);
        double[] dy = new double[x.length];
        Arrays.setAll(dy, i -> 1 << i);
        try (Bound bound = new Bound(layer(kind), Shape.of(x.length))) {
            double[] y = bound.forward(x);
            double[] dx = bound.backward(dy);
            for (int i = 0; i < x.length; i++) {
                check(kind + " at ", x[i], column(rows, 2)[i], y[i]);
                check(kind + "' at ", x[i], column(rows, 3)[i] * dy[i], dx[i]);
            }
        }
    }

    @Test
    void derivativesAtKinksAreThoseOfPyTorch() {
        assertEquals(0, derivative(Kind.RELU, 0));
        assertEquals(0.25, derivative(Kind.LEAKY_RELU, 0));
        assertEquals(1.5, derivative(Kind.ELU, 0));
        assertEquals(0, derivative(Kind.HARDTANH, -1));
        assertEquals(0, derivative(Kind.HARDTANH, 1));
        assertEquals(0, derivative(Kind.HARDSWISH, -3));
        assertEquals(1, derivative(Kind.HARDSWISH, 3));
        assertTrue(derivative(Kind.SOFTPLUS, 20) < 1);
        assertEquals(1, derivative(Kind.SOFTPLUS, Math.nextUp(20.0)));
        assertEquals(Math.nextUp(20.0), value(Kind.SOFTPLUS, Math.nextUp(20.0)));
    }

    /** Far from 0 each function is constant or a line; no term may overflow on the way there. */
    @ParameterizedTest
    @EnumSource
    void largeNumbersDoNotOverflow(Kind kind) {
        for (double x : new double[] {400, 800, 1e5, 1e300}) {
            Set<Kind> bounded = EnumSet.of(Kind.SIGMOID, Kind.TANH, Kind.SOFTSIGN, Kind.HARDTANH);
            boolean flat = bounded.contains(kind);
            double near = kind == Kind.SOFTSIGN ? 1 / x : TINY;
            assertEquals(1, value(kind, x) / (flat ? 1 : x), near);
            assertEquals(flat ? 0 : 1, derivative(kind, x), near);
            double left =
                    switch (kind) {
                        case LEAKY_RELU -> -x / 4;
                        case ELU -> -1.5;
                        case TANH, SOFTSIGN, HARDTANH -> -1;
                        default -> 0;
                    };
            assertEquals(left, value(kind, -x), near);
            double slope = kind == Kind.LEAKY_RELU ? 0.25 : 0;
            assertEquals(slope, derivative(kind, -x), near);
        }
    }

    @ParameterizedTest
    @EnumSource
    void notANumberStaysOne(Kind kind) {
        assertEquals(Double.NaN, value(kind, Double.NaN));
    }

    @Test
    void kinksTellThePiecesApart() {
        assertPieces(new Relu(), -1, 0, 1);
        assertPieces(new LeakyRelu(), -1, 0, 1);
        assertPieces(new Elu(), -1, 0, 1);
        assertPieces(new Softplus(), 19, 20, 21);
        assertPieces(new Softsign(), -1, 0, 1);
        assertPieces(new Hardtanh(), -2, -1, 0);
        assertPieces(new Hardtanh(), 0, 1, 2);
        assertPieces(new Hardswish(), -4, -3, 0);
        assertPieces(new Hardswish(), 0, 3, 4);
        for (Activation smooth :
                new Activation[] {new Sigmoid(), new Tanh(), new Silu(), new Gelu(), new Mish()}) {
            try (Bound bound = new Bound(smooth, Shape.of(2))) {
                assertEquals(kinks(bound, -5, 5), kinks(bound, 5, -5), smooth.kind());
            }
        }
    }

    private static void assertPieces(Activation layer, double left, double kink, double right) {
        double nearLeft = (left + kink) / 2;
        double nearRight = (kink + right) / 2;
        try (Bound bound = new Bound(layer, Shape.of(2))) {
            assertEquals(kinks(bound, left, 0), kinks(bound, nearLeft, 0), layer.kind());
            assertEquals(kinks(bound, right, 0), kinks(bound, nearRight, 0), layer.kind());
            assertNotEquals(kinks(bound, left, 0), kinks(bound, right, 0), layer.kind());
            assertNotEquals(kinks(bound, 0, left), kinks(bound, 0, right), layer.kind());
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

    private static double[] column(String[][] rows, int i) {
        return Arrays.stream(rows).mapToDouble(row -> Double.parseDouble(row[i])).toArray();
    }

    private static void check(String what, double x, double expected, double actual) {
        assertEquals(
                expected,
                actual,
                TOLERANCE * (1 + x * x) * Math.abs(expected),
                () ->
                        String.format(
                                "%s%s, relative error %.1e",
                                what, x, Math.abs(actual - expected) / Math.abs(expected)));
    }
}
