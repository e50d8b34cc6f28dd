package io.retrograd.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.cuda.platform.CudaPlatform;
import io.retrograd.bench.Operation.Recording;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.tensor.Shape;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The report on an operation on a GPU, on the stand-in where it is built. */
class DeviceTimesTest {
    private static final Shape INPUT = Shape.of(8, 16);

    @BeforeEach
    void built() {
        assumeTrue(CudaPlatform.STANDIN.obstacle().isEmpty(), "no stand-in for CUDA");
    }

    @Test
    void anOperationIsRecorded() {
        Map<String, Double> times = times(new Linear(16), "backward");
        assertEquals(Set.of("device", "dispatch", "capture"), times.keySet());
        assertTrue(times.values().stream().allMatch(time -> time > 0), times.toString());
    }

    @Test
    void functionsInJavaAreNot() {
        Custom square = Custom.of("square", v -> v * v, v -> 2 * v);
        assertEquals(Set.of("dispatch"), times(square, "forward").keySet());
    }

    @Test
    void aStepRecordsItselfOrIsEnqueued() {
        assertEquals(Set.of("device", "dispatch", "capture"), step(Recording.ITS_OWN).keySet());
        assertEquals(Set.of("device", "dispatch"), step(Recording.NONE).keySet());
    }

    private static Map<String, Double> step(Recording recording) {
        try (Backend backend = open();
                Training training = new Training(new Linear(3), Shape.of(16), 8, backend);
                DeviceTimes times =
                        new DeviceTimes(
                                backend,
                                new Operation(
                                        training.eager(recording == Recording.NONE)::enqueue,
                                        () -> {},
                                        recording))) {
            return times.measure();
        }
    }

    private static Map<String, Double> times(Layer layer, String direction) {
        try (Backend backend = open();
                Operation operation = Operation.of(layer, INPUT, direction, backend);
                DeviceTimes times = new DeviceTimes(backend, operation)) {
            return times.measure();
        }
    }

    private static Backend open() {
        return Backends.open(CudaPlatform.STANDIN.device(), "float32", 1);
    }
}
