package io.retrograd.backend.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.retrograd.backend.conformance.ElementCases;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.GroupNorm;
import io.retrograd.layer.Gru;
import io.retrograd.layer.LastOverTime;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.Linear;
import io.retrograd.layer.LocalResponseNorm;
import io.retrograd.layer.LogSoftmax;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.MaxOverTime;
import io.retrograd.layer.MeanOverTime;
import io.retrograd.layer.Prelu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Rnn;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Softmax;
import io.retrograd.layer.Transpose;
import io.retrograd.tensor.Shape;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Once warm, no operation allocates on the heap: neither in forward nor in backward.
 *
 * <p>To cover a new layer, add a line to {@link #layers()}.
 */
class AllocationTest {
    private static final Shape SHAPE = Shape.of(3, 4, 5);
    private static final int WARM_UP = 50;
    private static final int PASSES = 20;

    static Stream<Layer> layers() {
        return Stream.concat(
                ElementCases.elementwise(),
                Stream.of(
                        new Prelu(),
                        new Softmax(1),
                        new LogSoftmax(1),
                        new BatchNorm(),
                        new LayerNorm(5),
                        new GroupNorm(2),
                        new LocalResponseNorm(3),
                        new Dropout(),
                        new Transpose(1, 2),
                        new Flatten(),
                        new Linear(3),
                        new Rnn(3).relu(true),
                        new Lstm(3),
                        new Gru(3).bidirectional(true),
                        new MeanOverTime(),
                        new MaxOverTime(),
                        new LastOverTime(),
                        new Residual(new Sequential()),
                        new Concat(new Sequential(), new Sequential())));
    }

    @ParameterizedTest
    @MethodSource("layers")
    void passesAllocateNothing(Layer layer) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertTrue(threads.isThreadAllocatedMemoryEnabled());
        try (Bound bound = new Bound(layer, SHAPE)) {
            run(bound, WARM_UP);
            long before = threads.getCurrentThreadAllocatedBytes();
            run(bound, PASSES);
            assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before);
        }
    }

    private static void run(Bound bound, int passes) {
        for (int i = 0; i < passes; i++) {
            bound.binding().forward();
            bound.binding().backward();
        }
    }
}
