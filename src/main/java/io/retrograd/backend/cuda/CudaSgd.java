package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Tensor;
import java.util.List;

/** Stochastic gradient descent; {@code kernels/sgd.cu}. */
final class CudaSgd extends CudaUpdate {
    private final UpdateRule.Sgd spec;

    CudaSgd(CudaDevice device, UpdateRule.Sgd spec, Selection parameters) {
        super(device, parameters, slots(spec, parameters));
        this.spec = spec;
    }

    private static List<List<Tensor>> slots(UpdateRule.Sgd spec, Selection parameters) {
        return spec.momentum() == 0 ? List.of() : List.of(parameters.slot("sgd.velocity"));
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        pass.launch(
                "sgd",
                chunks.grid(),
                chunks.table(),
                control(),
                spec.momentum(),
                spec.dampening(),
                spec.nesterov());
    }
}
