package io.retrograd.backend.onednn;

import io.retrograd.backend.Backend;
import io.retrograd.backend.conformance.Comparison;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Convolutions through Winograd's transforms, against the reference. */
class WinogradTest {
    private static final double EPSILON = 0x1p-23;
    private static final int WAY =
            List.of(WeightedOp.Way.values()).indexOf(WeightedOp.Way.WINOGRAD);
    private static final List<Backend> TEAMS =
            Stream.of(1, 2, 3)
                    .map(threads -> backend(Planner.Style.CHANNELS_LAST, threads))
                    .toList();

    private static Backend backend(Planner.Style style, int threads) {
        Engine engine = new Engine(Precision.FLOAT32, threads, /* deterministic= */ false);
        return new OneDnnBackend(engine, new FixedChoices(style, WAY, /* weight= */ 0));
    }

    static Stream<Arguments> cases() {
        Layer same = new Conv2d(8, 3).padding(1);
        return Stream.of(
                of(new Conv2d(7, 3), 3, 3, 7, 13),
                of(new Conv2d(1, 3), 1, 1, 3, 3),
                of(new Conv2d(2, 3).padding(1), 1, 1, 1, 1),
                of(new Conv2d(5, 3).padding(2), 2, 3, 1, 4),
                of(new Conv2d(5, 3).padding(0, 2), 2, 4, 6, 5),
                of(new Conv2d(9, 3).padding(1, 0).bias(false), 3, 2, 5, 8),
                of(new Conv2d(33, 3).padding(1), 2, 17, 9, 9),
                of(new Conv2d(16, 3).padding(1), 40, 8, 4, 4),
                of(new Conv2d(4, 3).padding(1), 5, 3, 33, 31),
                of(new Sequential(same, new Relu()), 3, 4, 5, 6),
                of(new Residual(same), 2, 8, 5, 7),
                of(new Sequential(new Residual(same), new Relu()), 2, 8, 6, 3),
                of(new Sequential(same, new Relu(), same, same), 2, 3, 7, 7));
    }

    private static Arguments of(Layer layer, int... shape) {
        return Arguments.of(layer, Shape.of(shape));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTheReference(Layer layer, Shape shape) {
        Comparison.of(layer, shape).check(TEAMS, EPSILON);
        Comparison.of(layer, shape).check(List.of(backend(Planner.Style.BLOCKED, 2)), EPSILON);
    }
}
