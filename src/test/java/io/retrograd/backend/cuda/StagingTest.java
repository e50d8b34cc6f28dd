package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Memory;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies to and from the GPU: more of them at once than there are buffers, of several sizes. */
class StagingTest {
    private static final int TENSORS = 20;

    @BeforeEach
    void load() {
        Gpu.load();
    }

    /** Below what has a stream of its own, above it, and above what a buffer takes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 1_000, 20_000, 1_100_000})
    void manyCopiesArriveWhereTheyBelong(int size) {
        try (Backend cuda =
                new CudaBackend(
                        Gpu.PLATFORM,
                        CudaPrecision.FLOAT32,
                        /* deterministic= */ false,
                        null,
                        line -> {})) {
            Memory memory = cuda.memory();
            Tensor[] tensors = new Tensor[TENSORS];
            Arrays.setAll(
                    tensors,
                    t -> memory.tensor("t" + t, Shape.of(size), DType.FLOAT32, /* grad= */ null));
            long bytes = memory.footprint(tensors[0]);
            try (Memory.Arena arena = memory.allocate(TENSORS * bytes)) {
                for (int t = 0; t < TENSORS; t++) {
                    memory.place(tensors[t], arena, t * bytes);
                    tensors[t].copyFrom(values(t, size));
                }
                for (int t = 0; t < TENSORS; t++) {
                    assertArrayEquals(values(t, size), tensors[t].toArray());
                }
            }
        }
    }

    private static double[] values(int tensor, int size) {
        double[] values = new double[size];
        Arrays.setAll(values, i -> (float) Philox.uniform(1, tensor, i));
        return values;
    }
}
