package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.BindOptions;
import io.retrograd.backend.conformance.ElementCases;
import io.retrograd.backend.conformance.Side;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LogSoftmax;
import io.retrograd.layer.Prelu;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Softmax;
import io.retrograd.loss.HuberLoss;
import io.retrograd.loss.L1Loss;
import io.retrograd.loss.Loss;
import io.retrograd.loss.SmoothL1Loss;
import io.retrograd.tensor.Shape;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Kinks are numbered as on the reference. */
class OneDnnKinksTest {
    static Stream<Layer> functions() {
        return Stream.concat(
                ElementCases.elementwise(), Stream.of(new Softmax(1), new LogSoftmax(1)));
    }

    @ParameterizedTest
    @MethodSource("functions")
    void kinksAreThoseOfTheReference(Layer layer) {
        checkKinks(layer, null);
    }

    @Test
    void kinksOfOtherOperationsAreThoseOfTheReference() {
        checkKinks(new Prelu(), null);
        checkKinks(Custom.of("step", x -> x < 0.5 ? 0 : x, x -> x < 0.5 ? 0 : 1).kinks(0.5), null);
        checkKinks(new Sequential(), new L1Loss());
        checkKinks(new Sequential(), new HuberLoss(0.7));
        checkKinks(new Sequential(), new SmoothL1Loss(0.7));
    }

    /** With each element in turn on the other side of 0. */
    private static void checkKinks(Layer layer, @Nullable Loss loss) {
        double[] x = {-30, -3.5, -2, -0.5, 0.5, 2, 3.5, 30};
        for (int moved = 0; moved < x.length; moved++) {
            double[] there = x.clone();
            there[moved] = -x[moved];
            assertEquals(
                    kinks("reference", "float64", layer, loss, there),
                    kinks("cpu", "float32", layer, loss, there));
        }
    }

    private static long kinks(
            String device, String precision, Layer layer, @Nullable Loss loss, double[] x) {
        BindOptions options = BindOptions.inspect(/* training= */ true);
        try (Backend backend = Backends.open(device, precision, 1);
                Side side = new Side(backend, layer, Shape.of(2, x.length / 2), loss, options)) {
            side.set(x, loss == null ? new double[0] : new double[x.length]);
            side.binding().forward();
            return side.binding().kinks();
        }
    }
}
