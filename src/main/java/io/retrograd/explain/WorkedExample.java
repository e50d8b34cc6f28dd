package io.retrograd.explain;

import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.Loss;
import io.retrograd.loss.MseLoss;
import io.retrograd.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network small enough to train by hand, with its numbers.
 *
 * @param title the subject
 * @param network the layers
 * @param input the one sample, its shape (1, 1, 2, 2)
 * @param parameters first values by name
 * @param loss the loss that training reduces
 * @param target the target of the loss
 * @param lossScale the loss is this times what {@code loss} computes
 * @param learningRate the learning rate of plain gradient descent
 * @param remarks the remarks after the step
 */
record WorkedExample(
        String title,
        Layer network,
        List<Double> input,
        Map<String, List<Double>> parameters,
        Loss loss,
        double target,
        double lossScale,
        double learningRate,
        List<String> remarks) {
    static final Shape INPUT_SHAPE = Shape.of(1, 1, 2, 2);

    /** All examples, the first one simplest. */
    static List<WorkedExample> all() {
        return List.of(oneKernel(), smallNetwork());
    }

    private static WorkedExample oneKernel() {
        Map<String, List<Double>> parameters = new LinkedHashMap<>();
        parameters.put("0.weight", List.of(0.5, 0.25, 0.5, 0.25));
        parameters.put("0.bias", List.of(1.0));
        return new WorkedExample(
                "one 2x2 kernel over a 2x2 input, one output, half the squared error",
                new Sequential(new Conv2d(1, 2), new Flatten()),
                List.of(1.0, 2.0, 3.0, 4.0),
                parameters,
                new MseLoss(),
                10,
                0.5,
                0.01,
                List.of(
                        "The output was 4.5 and should be 10, so its gradient is 4.5 - 10 = -5.5.",
                        "Each weight moves by -0.01 * (-5.5) * x: up, and the more the larger its"
                                + " input."));
    }

    private static WorkedExample smallNetwork() {
        Map<String, List<Double>> parameters = new LinkedHashMap<>();
        parameters.put("0.weight", List.of(0.5, -0.3, 0.2, 0.4));
        parameters.put("0.bias", List.of(0.1));
        parameters.put("3.weight", List.of(0.9, 0.0));
        parameters.put("3.bias", List.of(-0.6317, 0.0));
        return new WorkedExample(
                "convolution, ReLU, dense layer, softmax and cross-entropy",
                new Sequential(new Conv2d(1, 2), new Relu(), new Flatten(), new Linear(2)),
                List.of(0.2, 0.8, 0.6, 0.1),
                parameters,
                new CrossEntropy(),
                1,
                1,
                0.1,
                List.of(
                        "A published account of this example prints 0.0987 for the convolution's"
                                + " output after the step, and a loss that rises to 0.542.",
                        "0.0987 is 0.2 * 0.4933, the first of the four products alone. With all"
                                + " four and the bias the output is 0.0514 (0.0513 from weights"
                                + " rounded to four digits), and the loss falls, as a step against"
                                + " the gradient must make it.",
                        "A gradient checker finds such slips: every gradient above stands beside"
                                + " its finite difference."));
    }
}
