package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.conformance.UpdatedModel;
import io.retrograd.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A primitive refuses arguments with which it would read or write memory that is not its own. */
class PrimitiveTest {
    @Test
    void memoryThatIsTooSmall() {
        try (Backend cpu = Backends.open("cpu", "float32", 1);
                UpdatedModel model = UpdatedModel.of(cpu, List.of(Shape.of(16), Shape.of(15)))) {
            OneDnnTensor large = (OneDnnTensor) model.tensors().get(0);
            OneDnnTensor small = (OneDnnTensor) model.tensors().get(1);
            Primitive primitive = Vectors.scale(large, large.engine().one());
            for (int argument : new int[] {DNNL_ARG_SRC_0, DNNL_ARG_DST}) {
                IllegalStateException e =
                        assertThrows(
                                IllegalStateException.class, () -> primitive.with(argument, small));
                assertEquals("scale: expected f32 16 a, got f32 15 a", e.getMessage());
            }
            primitive.release();
        }
    }

    @Test
    void runsAfterItsRelease() {
        try (Backend cpu = Backends.open("cpu", "float32", 1);
                UpdatedModel model = UpdatedModel.of(cpu, List.of(Shape.of(16)))) {
            OneDnnTensor x = (OneDnnTensor) model.tensors().get(0);
            Primitive primitive = Vectors.scale(x, x.engine().one());
            primitive.run();
            primitive.release();
            assertThrows(IllegalStateException.class, primitive::run);
        }
    }
}
