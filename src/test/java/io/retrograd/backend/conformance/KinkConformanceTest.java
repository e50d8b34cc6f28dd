package io.retrograd.backend.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LogSoftmax;
import io.retrograd.layer.MaxOverTime;
import io.retrograd.layer.MaxPool1d;
import io.retrograd.layer.Prelu;
import io.retrograd.layer.Rnn;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Softmax;
import io.retrograd.loss.HuberLoss;
import io.retrograd.loss.JointLoss;
import io.retrograd.loss.L1Loss;
import io.retrograd.loss.SmoothL1Loss;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whether two inputs lie on the same piece of a function, every device says as the reference. */
class KinkConformanceTest {
    private static final double[] X = {-30, -3.5, -2, -0.5, 0.5, 2.25, 3.75, 30};

    /** So little that no kink is crossed. */
    private static final double LITTLE = 1.0625;

    private static final Shape LINES = Shape.of(2, 4);

    /** A function of inputs X. */
    private record Function(Layer layer, Shape shape, @Nullable JointLoss loss) {
        Function(Layer layer) {
            this(layer, LINES, /* loss= */ null);
        }

        Function(JointLoss loss) {
            this(new Sequential(), LINES, loss);
        }
    }

    static Stream<Arguments> functions() {
        List<Function> functions = new ArrayList<>();
        ElementCases.elementwise().forEach(layer -> functions.add(new Function(layer)));
        functions.add(new Function(new Softmax(1)));
        functions.add(new Function(new LogSoftmax(1)));
        functions.add(new Function(new Prelu()));
        functions.add(
                new Function(
                        Custom.of("step", x -> x < 0.6 ? 0 : x, x -> x < 0.6 ? 0 : 1).kinks(0.6)));
        functions.add(new Function(new MaxPool1d(2), Shape.of(1, 2, 4), /* loss= */ null));
        functions.add(new Function(new MaxOverTime(), Shape.of(1, 4, 2), /* loss= */ null));
        functions.add(new Function(new Rnn(3).relu(true), Shape.of(1, 4, 2), /* loss= */ null));
        functions.add(new Function(new L1Loss()));
        functions.add(new Function(new HuberLoss(0.7)));
        functions.add(new Function(new SmoothL1Loss(0.7)));
        return Device.with(functions);
    }

    @ParameterizedTest
    @MethodSource("functions")
    void piecesAreThoseOfTheReference(Device device, Function function) {
        try (Backend reference = Backends.open("reference", "float64", 1)) {
            assertEquals(pieces(reference, function), pieces(device.shared(), function));
        }
    }

    /** For each input the number of the first one on the same piece. */
    private static List<Integer> pieces(Backend backend, Function function) {
        List<Long> kinks = new ArrayList<>();
        BindOptions options = BindOptions.inspect(/* training= */ true);
        try (Side side =
                new Side(backend, function.layer, function.shape, function.loss, options)) {
            for (double[] x : inputs()) {
                side.set(x, function.loss == null ? new double[0] : new double[x.length]);
                side.binding().forward();
                kinks.add(side.binding().kinks());
            }
        }
        return kinks.stream().map(kinks::indexOf).toList();
    }

    /** X, and with each element in turn a little larger and on the other side of 0. */
    private static List<double[]> inputs() {
        List<double[]> inputs = new ArrayList<>(List.of(X));
        for (int i = 0; i < X.length; i++) {
            for (double factor : new double[] {LITTLE, -1}) {
                double[] moved = X.clone();
                moved[i] *= factor;
                inputs.add(moved);
            }
        }
        return inputs;
    }
}
