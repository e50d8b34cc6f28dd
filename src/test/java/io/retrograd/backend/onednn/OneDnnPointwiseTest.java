package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.CustomFunction;
import io.retrograd.backend.Initializer;
import io.retrograd.backend.Reduction;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.BceWithLogitsLoss;
import io.retrograd.loss.HuberLoss;
import io.retrograd.loss.KlDivLoss;
import io.retrograd.loss.L1Loss;
import io.retrograd.loss.Loss;
import io.retrograd.loss.MseLoss;
import io.retrograd.loss.SmoothL1Loss;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses that compare element by element, and users' own functions, against the reference. */
class OneDnnPointwiseTest {
    static Stream<Loss> losses() {
        return Stream.of(
                new MseLoss(),
                new MseLoss().reduction(Reduction.SUM),
                new L1Loss(),
                new SmoothL1Loss(0.5),
                new SmoothL1Loss(0),
                new HuberLoss(0.5),
                new HuberLoss(0.7).reduction(Reduction.SUM),
                new BceWithLogitsLoss(),
                new KlDivLoss());
    }

    @ParameterizedTest
    @MethodSource("losses")
    void lossIsAsOnTheReference(Loss loss) {
        for (Shape shape : List.of(Shape.of(1), Shape.of(13, 7), Shape.of(2, 3, 5, 7))) {
            OneDnnHarness harness =
                    OneDnnHarness.of(new Sequential(), shape).loss(loss, target(shape.size()));
            harness.check();
            harness.keepAll().check();
            harness.withoutGradients().check();
        }
    }

    @ParameterizedTest
    @MethodSource("losses")
    void lossBehindAConvolutionIsAsOnTheReference(Loss loss) {
        for (Planner.Style style : Planner.Style.values()) {
            OneDnnHarness harness =
                    OneDnnHarness.of(new Conv2d(13, 3), Shape.of(2, 3, 5, 7))
                            .plan(style, 0, 0)
                            .loss(loss, target(2L * 13 * 3 * 5));
            harness.check();
            harness.withoutInputGradient().check();
        }
    }

    /** Overflow, ties with the target, and targets of 0. */
    @ParameterizedTest
    @MethodSource("losses")
    void lossAtItsEdges(Loss loss) {
        OneDnnHarness.of(new Sequential(), Shape.of(8))
                .input(0, 1, -1, 0.5, -0.5, 1000, -1000, 0.25)
                .loss(loss, 0, 1, 0, 1, 0, 1, 0, 0.25)
                .check();
    }

    private static double[] target(long size) {
        return new Random(5).doubles(size, 0, 1).map(value -> (float) value).toArray();
    }

    /** y = w·x + v, with parameters of two shapes. */
    private static final CustomFunction AFFINE =
            new CustomFunction() {
                @Override
                public String name() {
                    return "affine";
                }

                @Override
                public Shape outputShape(Shape x) {
                    return x;
                }

                @Override
                public List<Parameter> parameters(Shape x) {
                    return List.of(
                            new Parameter("w", x.tail(1), Initializer.constant(2)),
                            new Parameter("v", Shape.of(1), Initializer.constant(3)));
                }

                @Override
                public void forward(double[] x, double[][] parameters, double[] y) {
                    for (int i = 0; i < x.length; i++) {
                        y[i] = parameters[0][i % parameters[0].length] * x[i] + parameters[1][0];
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
                    dparameters[0] = new double[parameters[0].length];
                    dparameters[1][0] = 0;
                    for (int i = 0; i < x.length; i++) {
                        dx[i] = parameters[0][i % parameters[0].length] * dy[i];
                        dparameters[0][i % parameters[0].length] += x[i] * dy[i];
                        dparameters[1][0] += dy[i] + 0 * y[i];
                    }
                }
            };

    @Test
    void customFunctionIsAsOnTheReference() {
        Custom tanh = Custom.of("tanh", Math::tanh, x -> 1 / (Math.cosh(x) * Math.cosh(x)));
        for (Custom custom : List.of(tanh, new Custom(AFFINE))) {
            for (Shape shape : List.of(Shape.of(13, 7), Shape.of(2, 3, 5, 7))) {
                checkAll(OneDnnHarness.of(custom, shape));
            }
            Layer network = new Sequential(new Conv2d(13, 3), custom, new Conv2d(3, 2));
            for (Planner.Style style : Planner.Style.values()) {
                checkAll(OneDnnHarness.of(network, Shape.of(2, 3, 5, 7)).plan(style, 0, 0));
            }
        }
    }

    private static void checkAll(OneDnnHarness harness) {
        harness.check();
        harness.keepAll().check();
        harness.withoutInputGradient().check();
        harness.withoutGradients().check();
    }

    @Test
    void namesTheCustomFunctionThatThrows() {
        Custom thrower =
                Custom.of(
                        "thrower",
                        x -> {
                            throw new ArithmeticException("no");
                        },
                        x -> 1);
        OneDnnHarness harness = OneDnnHarness.of(thrower, Shape.of(2));
        IllegalStateException e = assertThrows(IllegalStateException.class, harness::check);
        assertTrue(String.valueOf(e.getMessage()).startsWith("thrower, forward at"));
    }
}
