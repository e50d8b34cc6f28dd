package io.retrograd.backend.onednn;

import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Convolutions in all plans against the reference. Sums of products of small integers are exact in
 * float32, so there is no tolerance.
 */
class OneDnnConvolutionTest {
    static Stream<Arguments> convolutions() {
        return Stream.of(
                of(new Conv1d(5, 3), 3, 2, 13),
                of(new Conv1d(16, 3).padding(1), 2, 8, 7),
                of(new Conv1d(8, 4).stride(3).padding(3).dilation(2), 1, 16, 20),
                of(new Conv1d(6, 5).groups(3), 3, 3, 7),
                of(new Conv2d(7, 3), 3, 3, 7, 13),
                of(new Conv2d(1, 1), 1, 1, 1, 1),
                of(new Conv2d(17, 1), 2, 13, 5, 3),
                of(new Conv2d(16, 1).stride(2), 2, 8, 7, 7),
                of(new Conv2d(8, 1).padding(1), 2, 16, 3, 5),
                of(new Conv2d(8, 3).padding(4), 1, 3, 3, 5),
                of(new Conv2d(5, 2, 5).padding(0, 7).stride(3, 2), 3, 1, 7, 1),
                of(new Conv2d(16, 3).padding(1).stride(2), 3, 16, 13, 13),
                of(new Conv2d(24, 3).padding(2).dilation(2), 2, 8, 7, 9),
                of(new Conv2d(3, 3, 2).dilation(1, 3).bias(false), 2, 17, 7, 7),
                of(new Conv2d(8, 3).groups(8), 2, 8, 7, 7),
                of(new Conv2d(16, 3).groups(16).padding(1).stride(2), 1, 16, 13, 7),
                of(new Conv2d(6, 3).groups(3).padding(1), 2, 3, 5, 5),
                of(new Conv2d(10, 3).groups(5).bias(false), 2, 15, 7, 5),
                of(new Conv2d(32, 3).groups(2).padding(1), 2, 16, 7, 7),
                of(new Conv2d(4, 7).padding(3), 2, 3, 7, 7),
                of(new Conv3d(5, 3), 2, 3, 3, 5, 7),
                of(new Conv3d(16, 2).stride(1, 2, 3).padding(1), 1, 8, 5, 3, 7),
                of(new Conv3d(8, 1, 3, 2).groups(4).dilation(1, 2, 1), 3, 4, 3, 7, 5));
    }

    private static Arguments of(Layer layer, int... shape) {
        return Arguments.of(layer, Shape.of(shape));
    }

    private static OneDnnHarness exact(Layer layer, Shape shape) {
        return OneDnnHarness.of(layer, shape).integers().exact();
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void agreesInEveryPlan(Layer layer, Shape shape) {
        exact(layer, shape).checkPlans();
    }

    @ParameterizedTest
    @MethodSource("convolutions")
    void agreesOnFractionsWithRelu(Layer layer, Shape shape) {
        OneDnnHarness.of(new Sequential(layer, new Relu()), shape).withoutInputGradient().check();
        OneDnnHarness.of(new Sequential(layer, new Relu()), shape).withoutGradients().check();
    }

    /** The second one's input is in the layout that the first one chose. */
    @Test
    void agreesAfterAnotherOneInEveryPlan() {
        Layer two = new Sequential(new Conv2d(13, 3), new Relu(), new Conv2d(17, 3).stride(2));
        exact(two, Shape.of(3, 2, 7, 9)).checkPlans();
        exact(two, Shape.of(3, 2, 7, 9)).inference().checkPlans();
        exact(two, Shape.of(3, 2, 7, 9)).withoutGradients().checkPlans();
        exact(two, Shape.of(3, 2, 7, 9)).keepAll().checkPlans();
        Layer grouped = new Sequential(new Conv2d(16, 1), new Conv2d(16, 3).groups(16));
        exact(grouped, Shape.of(2, 3, 5, 5)).checkPlans();
        Layer cubes = new Sequential(new Conv3d(8, 1), new Relu(), new Conv3d(5, 2).padding(1));
        exact(cubes, Shape.of(2, 3, 3, 5, 2)).checkPlans();
    }
}
