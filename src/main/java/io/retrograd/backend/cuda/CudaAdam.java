package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Adam and AdamW; {@code kernels/adam.cu}. */
final class CudaAdam extends CudaUpdate {
    private final UpdateRule.Adam spec;

    CudaAdam(CudaDevice device, UpdateRule.Adam spec, Selection parameters) {
        super(device, parameters, slots(spec, parameters));
        this.spec = spec;
    }

    private static List<List<Tensor>> slots(UpdateRule.Adam spec, Selection parameters) {
        List<List<Tensor>> slots = new ArrayList<>();
        slots.add(parameters.slot("adam.mean"));
        slots.add(parameters.slot("adam.square"));
        if (spec.amsgrad()) {
            slots.add(parameters.slot("adam.largest_square"));
        }
        return slots;
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        pass.launch(
                "adam",
                chunks.grid(),
                chunks.table(),
                control(),
                spec.beta1(),
                spec.beta2(),
                spec.eps(),
                spec.amsgrad(),
                spec.decoupled());
    }
}
