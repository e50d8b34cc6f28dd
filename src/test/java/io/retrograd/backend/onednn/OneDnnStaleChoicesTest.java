package io.retrograd.backend.onednn;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Choices;
import io.retrograd.backend.conformance.Comparison;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.ConvTranspose1d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Residual;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Remembered choices may come from another build or machine: results are right all the same. */
class OneDnnStaleChoicesTest {
    private static final double EPSILON = 0x1p-23;

    /** Says that a way was chosen whether it is there or not, until that is forgotten. */
    private static final class Stale extends Choices {
        private final int way;
        private final Set<String> forgotten = new HashSet<>();

        Stale(int way) {
            super(null);
            this.way = way;
        }

        @Override
        public int choose(String key, int ways, IntToDoubleFunction milliseconds) {
            return forgotten.contains(key)
                    ? super.choose(key, ways, milliseconds)
                    : Math.min(way, ways - 1);
        }

        @Override
        public void forget(String key, int ways) {
            forgotten.add(key);
            super.forget(key, ways);
        }
    }

    static List<Arguments> layers() {
        return List.of(
                of(new ConvTranspose1d(1, 3).stride(2).padding(3), 1, 1, 3),
                of(new ConvTranspose2d(8, 1).stride(2).outputPadding(1), 1, 16, 16, 16),
                of(new Conv2d(8, 1).stride(2), 1, 4, 16, 16),
                of(new Conv2d(3, 5).stride(2), 2, 3, 9, 9),
                of(new Conv2d(4, 3).padding(4), 1, 2, 5, 5),
                of(new Conv2d(4, 3).groups(2), 2, 4, 5, 6),
                of(new Linear(5), 3, 7),
                // some way is there, but not sound
                of(new Residual(new Conv2d(2, 3).padding(1)), 1, 2, 5, 1));
    }

    private static Arguments of(Layer layer, int... shape) {
        return Arguments.of(layer, Shape.of(shape));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void resultsAreRight(Layer layer, Shape shape) {
        Engine engine = new Engine(Precision.FLOAT32, 1, /* deterministic= */ false);
        List<Backend> backends = new ArrayList<>();
        for (int way = 0; way < WeightedOp.Way.values().length; way++) {
            backends.add(new OneDnnBackend(engine, new Stale(way)));
        }
        Comparison.of(layer, shape).check(backends, EPSILON);
    }
}
