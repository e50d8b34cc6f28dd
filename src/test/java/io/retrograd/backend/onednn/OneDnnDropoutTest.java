package io.retrograd.backend.onednn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.conformance.Side;
import io.retrograd.bind.BindOptions;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Layer;
import io.retrograd.operation.Op;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The memory that dropout saves. */
class OneDnnDropoutTest {
    private static Side bind(Backend backend, Layer layer, Shape shape) {
        return new Side(
                backend, layer, shape, /* loss= */ null, BindOptions.inspect(/* training= */ true));
    }

    /** One byte an element, and none without gradients or where nothing is dropped. */
    @Test
    void savesOneMask() {
        try (Backend own = Backends.open("cpu", "float32", 2);
                Side drops = bind(own, new Dropout(0.5), Shape.of(2, 3, 5, 7));
                Side keeps = bind(own, new Dropout(0), Shape.of(2, 3, 5, 7));
                Side infers =
                        new Side(
                                own,
                                new Dropout(0.5),
                                Shape.of(2, 3),
                                /* loss= */ null,
                                BindOptions.forward(/* training= */ true))) {
            Op op = drops.binding().nodes().get(0).op();
            List<Tensor> saved = op.saved();
            assertEquals(1, saved.size());
            assertEquals(210, ((OneDnnTensor) saved.get(0)).bytes());
            assertEquals(List.of(), op.scratch(/* backward= */ false));
            assertEquals(List.of(), keeps.binding().nodes().get(0).op().saved());
            assertEquals(List.of(), infers.binding().nodes().get(0).op().saved());
        }
    }
}
