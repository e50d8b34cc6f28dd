package io.retrograd.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.BindOptions;
import io.retrograd.backend.CustomFunction;
import io.retrograd.backend.Initializer;
import io.retrograd.backend.reference.Bound;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.List;
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
        try (Bound bound = new Bound(new Sequential(new Custom(new Scale())), SHAPE)) {
            assertArrayEquals(new double[] {3}, bound.value("0.scale"));
            assertArrayEquals(new double[] {-6, -1.5, 1.5, 9}, bound.forward(X));
            assertArrayEquals(new double[] {3, 30, 300, 3000}, bound.backward(DY));
            assertArrayEquals(new double[] {-2 - 5 + 50 + 3000}, bound.gradient("0.scale"));
        }
    }

    @Test
    void aSurrogateTakesOverForGradientChecksOnly() {
        BindOptions inspect = BindOptions.inspect(/* training= */ true);
        try (Bound sign = new Bound(SIGN, SHAPE);
                Bound clamp = new Bound(SIGN, SHAPE, inspect.withSurrogates(), /* threads= */ 1)) {
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
            bound.forward(-2, -1.1, 0.9, 4);
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
            assertTrue(forward.startsWith("broken, forward at 1:custom: "), forward);
            assertTrue(forward.contains("Index 4 out of bounds for length 4"), forward);
            String backward =
                    assertThrows(IllegalStateException.class, () -> bound.backward(DY))
                            .getMessage();
            assertTrue(backward.startsWith("broken, backward at 1:custom: "), backward);
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
    void aGradientOfAnotherLengthIsRefused() {
        CustomFunction wrong =
                new Scale() {
                    @Override
                    public void backward(
                            double[] x,
                            double[][] parameters,
                            double[] y,
                            double[] dy,
                            double[] dx,
                            double[][] dparameters) {
                        dparameters[0] = new double[] {1, 2};
                    }
                };
        try (Bound bound = new Bound(new Custom(wrong), SHAPE)) {
            bound.forward(X);
            String message =
                    assertThrows(IllegalStateException.class, () -> bound.backward(DY))
                            .getMessage();
            assertTrue(message.startsWith("scale, backward at "), message);
            assertTrue(message.endsWith("scale.grad: expected 1 values for (1), got 2"), message);
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
                            dx[0] = x[0] * dy[0];
                            y[0] = 99;
                            dy[0] = 99;
                        });
        try (Bound bound = new Bound(vandal, Shape.of(1))) {
            assertArrayEquals(new double[] {3}, bound.forward(3));
            assertArrayEquals(new double[] {6}, bound.backward(2));
            assertArrayEquals(new double[] {3}, bound.x().toArray());
            assertArrayEquals(new double[] {3}, bound.y().toArray());
        }
    }

    /** y = scale·x. */
    private static class Scale implements CustomFunction {
        @Override
        public String name() {
            return "scale";
        }

        @Override
        public Shape outputShape(Shape x) {
            return x;
        }

        @Override
        public List<Parameter> parameters(Shape x) {
            return List.of(new Parameter("scale", Shape.of(1), Initializer.constant(3)));
        }

        @Override
        public void forward(double[] x, double[][] parameters, double[] y) {
            for (int i = 0; i < x.length; i++) {
                y[i] = parameters[0][0] * x[i];
            }
        }

        @Override
        public void backward(
                double[] x,
                double[][] parameters,
                double[] y,
                double[] dy,
                double[] dx,
                double[][] dparameters) {
            dparameters[0][0] = 0;
            for (int i = 0; i < x.length; i++) {
                dx[i] = parameters[0][0] * dy[i];
                dparameters[0][0] += x[i] * dy[i];
            }
        }
    }
}
