package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.backend.BindOptions;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.ConvTranspose1d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Transposed convolutions in all plans against the reference, with exact small integers. */
class OneDnnTransposedConvolutionTest {
    static Stream<Arguments> convolutions() {
        return Stream.of(
                of(new ConvTranspose1d(5, 3), 3, 2, 7),
                of(new ConvTranspose1d(16, 4).stride(3).padding(1).dilation(2), 1, 8, 5),
                of(new ConvTranspose1d(6, 2).stride(2).outputPadding(1).groups(3), 2, 3, 13),
                of(new ConvTranspose2d(7, 3), 3, 3, 7, 5),
                of(new ConvTranspose2d(1, 1), 1, 1, 1, 1),
                of(new ConvTranspose2d(3, 3), 2, 3, 1, 1),
                of(new ConvTranspose2d(13, 1).stride(2), 2, 8, 3, 3),
                of(new ConvTranspose2d(16, 4).stride(2).padding(1), 2, 8, 7, 5),
                of(new ConvTranspose2d(8, 5).padding(4), 1, 3, 7, 9),
                of(new ConvTranspose2d(17, 3, 2).stride(2, 3).padding(1, 0).outputPadding(1, 2)),
                of(new ConvTranspose2d(8, 3).groups(8).bias(false), 2, 8, 5, 5),
                of(new ConvTranspose2d(6, 3).groups(3).dilation(2).padding(2), 2, 9, 5, 3),
                of(new ConvTranspose2d(32, 3).groups(2).stride(2), 2, 16, 3, 5));
    }

    /** Output paddings that reach beyond the windows by a stride or more. */
    static Stream<Arguments> wide() {
        return Stream.of(
                of(new ConvTranspose1d(5, 2).dilation(3).outputPadding(2), 2, 3, 7),
                of(new ConvTranspose1d(8, 3).dilation(3).padding(1).outputPadding(2), 1, 8, 1),
                of(new ConvTranspose2d(16, 3).dilation(1, 2).outputPadding(0, 1), 2, 8, 5, 5),
                of(new ConvTranspose2d(6, 1, 2).dilation(4).stride(2).outputPadding(3).groups(2)));
    }

    private static Arguments of(Layer layer, int... shape) {
        return Arguments.of(layer, Shape.of(shape.length == 0 ? new int[] {2, 4, 5, 3} : shape));
    }

    private static OneDnnHarness exact(Layer layer, Shape shape) {
        return OneDnnHarness.of(layer, shape).integers().exact();
    }

    @ParameterizedTest
    @MethodSource({"convolutions", "wide"})
    void agreesInEveryPlan(Layer layer, Shape shape) {
        exact(layer, shape).checkPlans();
    }

    @ParameterizedTest
    @MethodSource({"convolutions", "wide"})
    void agreesOnFractionsWithRelu(Layer layer, Shape shape) {
        OneDnnHarness.of(new Sequential(layer, new Relu()), shape).withoutInputGradient().check();
        OneDnnHarness.of(new Sequential(layer, new Relu()), shape).withoutGradients().check();
    }

    @Test
    void agreesAfterAConvolutionInEveryPlan() {
        Layer two =
                new Sequential(new Conv2d(13, 3), new Relu(), new ConvTranspose2d(17, 3).stride(2));
        exact(two, Shape.of(3, 2, 7, 9)).checkPlans();
        exact(two, Shape.of(3, 2, 7, 9)).inference().keepAll().checkPlans();
        Layer wide =
                new Sequential(
                        new Conv2d(16, 1), new ConvTranspose2d(8, 2).dilation(2).outputPadding(1));
        exact(wide, Shape.of(2, 3, 5, 5)).checkPlans();
    }

    /** Ours is (C, K/groups, ...), oneDNN's (K/groups, C/groups, ...) a group, perhaps blocked. */
    @ParameterizedTest
    @MethodSource({"convolutions", "wide"})
    void weightsGoInAndOutRowMajor(Layer layer, Shape shape) {
        Engine engine = new Engine(Precision.FLOAT32, 1, /* deterministic= */ false);
        for (int weight = 0; weight < 3; weight++) {
            FixedChoices choices = new FixedChoices(Planner.Style.BLOCKED, 2, weight);
            OneDnnBackend backend = new OneDnnBackend(engine, choices, /* guard= */ 0);
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
