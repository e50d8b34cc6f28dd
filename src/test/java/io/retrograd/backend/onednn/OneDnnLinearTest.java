package io.retrograd.backend.onednn;

import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The linear map on inputs of several ranks and layouts, with exact small integers. */
class OneDnnLinearTest {
    static Stream<Arguments> maps() {
        return Stream.of(
                of(new Linear(1), 1, 1),
                of(new Linear(7), 3, 13),
                of(new Linear(16).bias(false), 1, 32),
                of(new Linear(10), 64, 17),
                of(new Linear(5), 3, 7, 13),
                of(new Linear(8), 2, 3, 5, 7),
                of(new Linear(3), 2, 3, 1, 5, 7),
                of(new Sequential(new Conv1d(8, 3), new Linear(5)), 3, 2, 9),
                of(new Sequential(new Conv2d(16, 3), new Linear(5), new Relu()), 3, 2, 9, 7),
                of(new Sequential(new Conv2d(13, 3), new Flatten(), new Linear(3)), 3, 2, 5, 7),
                of(new Sequential(new Linear(13), new Relu(), new Conv2d(3, 1)), 3, 2, 5, 7));
    }

    private static Arguments of(Layer layer, int... shape) {
        return Arguments.of(layer, Shape.of(shape));
    }

    @ParameterizedTest
    @MethodSource("maps")
    void agreesInEveryPlan(Layer layer, Shape shape) {
        OneDnnHarness.of(layer, shape).integers().exact().checkPlans();
    }

    @ParameterizedTest
    @MethodSource("maps")
    void agreesOnFractions(Layer layer, Shape shape) {
        OneDnnHarness.of(layer, shape).withoutInputGradient().check();
        OneDnnHarness.of(layer, shape).withoutGradients().check();
        OneDnnHarness.of(layer, shape).inference().keepAll().check();
    }

    /** Sums of 5000 products, at which a tolerance that does not grow would fail. */
    @Test
    void agreesOnLongSums() {
        OneDnnHarness.of(new Linear(3), Shape.of(2, 5000)).reduction(5000).check();
    }
}
