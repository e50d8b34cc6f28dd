package io.retrograd.backend.onednn;

import io.retrograd.backend.conformance.Comparison;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Backends with different numbers of threads in one process. */
class OneDnnThreadsTest {
    /** Temporary memory is for as many threads as compute, not for those of the last backend. */
    @Test
    void eachHasMemoryForItsOwnThreads() {
        Engine many = new Engine(Precision.FLOAT32, 5, /* deterministic= */ false);
        for (Planner.Style style : Planner.Style.values()) {
            OneDnnBackend backend = new OneDnnBackend(many, new FixedChoices(style, 0, 0));
            OpenMp.use(1);
            Comparison.of(new BatchNorm(), Shape.of(13, 24)).check(List.of(backend), 0x1p-23);
            OpenMp.use(1);
            Comparison.of(
                            new Sequential(
                                    new Conv2d(16, 3),
                                    new BatchNorm(),
                                    new Relu(),
                                    new Conv2d(13, 3).stride(2),
                                    new Flatten(),
                                    new Linear(10)),
                            Shape.of(3, 5, 9, 11))
                    .check(List.of(backend), 0x1p-23);
        }
        many.close();
    }
}
