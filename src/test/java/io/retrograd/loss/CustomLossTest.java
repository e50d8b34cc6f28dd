package io.retrograd.loss;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.layer.Linear;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.Regularization;
import io.retrograd.train.TrainStep;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A loss of the user's own does what the same one of the library does. */
class CustomLossTest {
    /** The mean squared error; wrong by a factor for the gradient. */
    private record Squares(double factor) implements CustomLoss.Function {
        @Override
        public String name() {
            return "Squares";
        }

        @Override
        public Shape targetShape(Shape output) {
            return output;
        }

        @Override
        public double loss(Shape shape, double[] y, double[] target) {
            double sum = 0;
            for (int i = 0; i < y.length; i++) {
                sum += (y[i] - target[i]) * (y[i] - target[i]);
            }
            return sum / y.length;
        }

        @Override
        public void gradient(Shape shape, double[] y, double[] target, double[] dy) {
            for (int i = 0; i < y.length; i++) {
                dy[i] = factor * 2 * (y[i] - target[i]) / y.length;
            }
        }
    }

    /** Bounds: values near 1 of sums of 3 terms. */
    @ParameterizedTest
    @CsvSource({"reference, 1e-15", "cpu, 1e-6", "cuda-standin, 1e-6"})
    void trainsAsTheLibrarysOwn(String device, double bound) {
        Loss own = new CustomLoss(new Squares(1));
        assertArrayEquals(trained(device, new MseLoss()), trained(device, own), bound);
        LossSum twice = new LossSum(List.of(new LossSum.Term(2, own, List.of(), LossSum.TARGET)));
        assertArrayEquals(
                trained(device, LossSum.of(new MseLoss()), 0.2),
                trained(device, twice, 0.1),
                bound);
    }

    private static double[] trained(String device, Loss loss) {
        return trained(device, LossSum.of(loss), 0.1);
    }

    private static double[] trained(String device, LossSum losses, double rate) {
        try (Backend backend = Backends.open(device);
                Model model = Model.create(new Linear(2), Shape.of(3), backend, 1);
                TrainStep step =
                        new TrainStep(model, losses, new Sgd(rate), Regularization.none(), 2)) {
            for (int i = 0; i < 4; i++) {
                step.run(new double[] {1, -1, 0.5, 0.25, 2, -0.5}, new double[] {1, 0, -1, 2});
            }
            return model.parameter("weight");
        }
    }

    @Test
    void aWrongGradientIsFound() {
        GradientReport right =
                GradientCheck.of(new CustomLoss(new Squares(1)), Shape.of(3, 2)).run();
        assertTrue(right.passed(), right::table);
        GradientReport wrong =
                GradientCheck.of(new CustomLoss(new Squares(1.001)), Shape.of(3, 2)).run();
        assertEquals(false, wrong.passed());
    }
}
