package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.layer.BatchNorm;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The limit of cuDNN's batch norm. */
class CudaBatchNormTest {
    @BeforeEach
    void load() {
        Gpu.load();
    }

    /** It is bound, and not run. */
    @Test
    void batchNormTakesAsManySamplesAsCudnn() {
        try (Backend cuda = Backends.open(Gpu.PLATFORM.device());
                Parameters parameters = new Parameters(cuda, 1)) {
            BatchNorm norm = new BatchNorm();
            Binder most = new Binder(parameters, BindOptions.train());
            most.keep(norm.bind(most, most.input(Shape.of(880_801, 1))));
            Binder more = new Binder(parameters, BindOptions.train());
            Tensor x = more.input(Shape.of(880_802, 1));
            IllegalArgumentException e =
                    assertThrows(IllegalArgumentException.class, () -> norm.bind(more, x));
            assertEquals(
                    "BatchNorm: expected at most 880,801 samples, as many as cuDNN takes, got"
                            + " 880,802; make the batch smaller",
                    e.getMessage());
        }
    }
}
