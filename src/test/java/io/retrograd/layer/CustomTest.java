package io.retrograd.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.conformance.Affine;
import io.retrograd.backend.reference.Bound;
import io.retrograd.bind.BindOptions;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Functions of the user's own: each form, surrogates, and mistakes. */
class CustomTest {
    private static final Shape SHAPE = Shape.of(1, 4);
    private static final double[] X = {-2, -0.5, 0.5, 3};
    private static final double[] DY = {1, 10, 100, 1000};

    private static final Custom SIGN =
            Custom.of("sign", Math::signum, x -> Math.abs(x) <= 1 ? 1 : 0)
                    .surrogate(x -> Math.max(-1, Math.min(1, x)))
                    .kinks(-1, 1);

    @Test
    void aFunctionOfEachElement() {
        Custom square = Custom.of("square", x -> x * x, x -> 2 * x);
        try (Bound bound = new Bound(square, SHAPE)) {
            assertArrayEquals(new double[] {4, 0.25, 0.25, 9}, bound.forward(X));
            assertArrayEquals(new double[] {-4, -10, 100, 6000}, bound.backward(DY));
        }
        assertEquals("square", square.kind());
    }

    @Test
    void aFunctionOfWholeArraysWithAnotherShape() {
        Custom sum =
                Custom.of(
                        "sum",
                        shape -> Shape.of(1),
                        (x, y) -> y[0] = x[0] + x[1] + x[2] + x[3],
                        (x, y, dy, dx) -> Arrays.fill(dx, dy[0]));
        assertEquals(Shape.of(1), sum.outputShape(SHAPE));
        try (Bound bound = new Bound(sum, SHAPE)) {
            assertArrayEquals(new double[] {1}, bound.forward(X));
            assertArrayEquals(new double[] {7, 7, 7, 7}, bound.backward(7));
        }
    }

    @Test
    void aClassWithParameters() {
        try (Bound bound = new Bound(new Sequential(new Custom(new Affine())), SHAPE)) {
            assertArrayEquals(new double[] {2, 2, 2, 2}, bound.value("0.w"));
            assertArrayEquals(new double[] {3}, bound.value("0.v"));
            assertArrayEquals(new double[] {-1, 2, 4, 9}, bound.forward(X));
            assertArrayEquals(new double[] {2, 20, 200, 2000}, bound.backward(DY));
            assertArrayEquals(new double[] {-2, -5, 50, 3000}, bound.gradient("0.w"));
            assertArrayEquals(new double[] {1111}, bound.gradient("0.v"));
        }
    }

    @Test
    void aSurrogateTakesOverForGradientChecksOnly() {
        BindOptions inspect = BindOptions.inspect(/* training= */ true);
        try (Bound sign = new Bound(SIGN, SHAPE);
                Bound clamp = new Bound(SIGN, SHAPE, inspect.surrogates(true), /* threads= */ 1)) {
            assertArrayEquals(new double[] {-1, -1, 1, 1}, sign.forward(X));
            assertArrayEquals(new double[] {-1, -0.5, 0.5, 1}, clamp.forward(X));
            assertArrayEquals(new double[] {0, 10, 100, 0}, sign.backward(DY));
            assertArrayEquals(new double[] {0, 10, 100, 0}, clamp.backward(DY));
        }
    }

    @Test
    void kinksAreToldApart() {
        try (Bound bound = new Bound(SIGN, SHAPE)) {
            bound.forward(X);
            long before = bound.binding().kinks();
            bound.forward(-2, -0.9, 0.9, 4);
            assertEquals(before, bound.binding().kinks());
            bound.x().copyFrom(-2, -1.1, 0.9, 4);
            assertNotEquals(before, bound.binding().kinks());
        }
    }

    @Test
    void whatTheFunctionThrowsIsToldWithItsNameAndPlace() {
        Custom broken =
                Custom.of(
                        "broken",
                        shape -> shape,
                        (x, y) -> y[4] = x[0],
                        (x, y, dy, dx) -> dx[5] = dy[0]);
        try (Bound bound = new Bound(new Sequential(new Relu(), broken), SHAPE)) {
            String forward =
                    assertThrows(IllegalStateException.class, () -> bound.forward(X)).getMessage();
            assertTrue(forward.startsWith("broken, forward at 1:broken: "), forward);
            assertTrue(forward.contains("Index 4 out of bounds for length 4"), forward);
            String backward =
                    assertThrows(IllegalStateException.class, () -> bound.backward(DY))
                            .getMessage();
            assertTrue(backward.startsWith("broken, backward at 1:broken: "), backward);
        }
    }

    @Test
    void anElementThatIsForgottenOrAddedToIsNotANumber() {
        Custom careless =
                Custom.of(
                        "careless",
                        shape -> shape,
                        (x, y) -> y[0] = x[0],
                        (x, y, dy, dx) -> dx[1] += dy[1]);
        try (Bound bound = new Bound(careless, SHAPE)) {
            assertArrayEquals(
                    new double[] {-2, Double.NaN, Double.NaN, Double.NaN}, bound.forward(X));
            assertTrue(Double.isNaN(bound.backward(DY)[1]));
        }
    }

    @Test
    void aParametersGradientThatIsAddedToIsNotANumber() {
        try (Bound bound = new Bound(affine(dw -> dw[1][0] += 1), SHAPE)) {
            bound.forward(X);
            bound.backward(DY);
            bound.backward(DY);
            assertArrayEquals(new double[] {Double.NaN}, bound.gradient("v"));
        }
    }

    @Test
    void aGradientOfAnotherLengthIsRefused() {
        try (Bound bound = new Bound(affine(dw -> dw[0] = new double[] {1, 2}), SHAPE)) {
            bound.forward(X);
            String message =
                    assertThrows(IllegalStateException.class, () -> bound.backward(DY))
                            .getMessage();
            assertTrue(message.startsWith("affine, backward at "), message);
            assertTrue(message.endsWith("w.grad: expected 4 values for (4), got 2"), message);
        }
    }

    @Test
    void inputsAreTheCallersOwnCopies() {
        Custom vandal =
                Custom.of(
                        "vandal",
                        shape -> shape,
                        (x, y) -> {
                            y[0] = x[0];
                            x[0] = 99;
                        },
                        (x, y, dy, dx) -> {
                            dx[0] = (x[0] + y[0]) * dy[0];
                            y[0] = 99;
                            dy[0] = 99;
                        });
        try (Bound bound = new Bound(vandal, Shape.of(1))) {
            assertArrayEquals(new double[] {3}, bound.forward(3));
            assertArrayEquals(new double[] {12}, bound.backward(2));
            assertArrayEquals(new double[] {12}, bound.backward(2));
            assertArrayEquals(new double[] {3}, bound.x().toArray());
            assertArrayEquals(new double[] {3}, bound.y().toArray());
        }
    }

    /** With another backward, which is given the parameters' gradients. */
    private static Layer affine(Consumer<double[][]> backward) {
        return new Custom(
                new Affine() {
                    @Override
                    public void backward(
                            double[] x,
                            double[][] parameters,
                            double[] y,
                            double[] dy,
                            double[] dx,
                            double[][] dparameters) {
                        backward.accept(dparameters);
                    }
                });
    }
}
