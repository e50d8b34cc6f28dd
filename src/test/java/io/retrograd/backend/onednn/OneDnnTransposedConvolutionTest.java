package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.backend.conformance.Side;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.ConvTranspose1d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights of transposed convolutions, whose order is not oneDNN's. */
class OneDnnTransposedConvolutionTest {
    static Stream<Arguments> convolutions() {
        return Stream.of(
                of(new ConvTranspose1d(6, 2).stride(2).outputPadding(1).groups(3), 2, 3, 13),
                of(new ConvTranspose2d(7, 3), 3, 3, 7, 5),
                of(new ConvTranspose2d(16, 4).stride(2).padding(1), 2, 8, 7, 5),
                of(new ConvTranspose2d(8, 3).groups(8).bias(false), 2, 8, 5, 5),
                of(new ConvTranspose2d(32, 3).groups(2).stride(2), 2, 16, 3, 5),
                of(new ConvTranspose2d(16, 3).dilation(1, 2).outputPadding(0, 1), 2, 8, 5, 5));
    }

    private static Arguments of(Layer layer, int... shape) {
        return Arguments.of(layer, Shape.of(shape));
    }

    /** Ours is (C, K/groups, ...), oneDNN's (K/groups, C/groups, ...) a group, perhaps blocked. */
    @ParameterizedTest
    @MethodSource("convolutions")
    void weightsGoInAndOutRowMajor(Layer layer, Shape shape) {
        Engine engine = new Engine(Precision.FLOAT32, 1, /* deterministic= */ false);
        for (int weight = 0; weight < 3; weight++) {
            FixedChoices choices = new FixedChoices(Planner.Style.BLOCKED, 2, weight);
            OneDnnBackend backend = new OneDnnBackend(engine, choices);
            try (Side side =
                    new Side(backend, layer, shape, /* loss= */ null, BindOptions.train())) {
                Tensor w = side.parameters().get("weight");
                double[] values = new double[(int) w.shape().size()];
                Arrays.setAll(values, i -> i);
                w.copyFrom(values);
                Tensor slot = side.parameters().slot("test").iterator().next();
                slot.copyFrom(values);
                w.requireGrad().copyFrom(values);
                assertArrayEquals(values, w.toArray());
                assertArrayEquals(values, slot.toArray());
                assertArrayEquals(values, w.requireGrad().toArray());
                ByteBuffer bytes = ((OneDnnTensor) w).buffer();
                assertEquals(bytes, ((OneDnnTensor) slot).buffer());
                assertEquals(bytes, ((OneDnnTensor) w.requireGrad()).buffer());
            }
        }
        engine.close();
    }
}
