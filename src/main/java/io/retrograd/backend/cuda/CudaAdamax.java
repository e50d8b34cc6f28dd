package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;
import java.util.List;

/** Adamax; {@code kernels/adamax.cu}. */
final class CudaAdamax extends CudaUpdate {
    private final UpdateRule.Adamax spec;

    CudaAdamax(CudaDevice device, UpdateRule.Adamax spec, Selection parameters) {
        super(
                device,
                parameters,
                List.of(parameters.slot("adamax.mean"), parameters.slot("adamax.largest")));
        this.spec = spec;
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        pass.launch(
                "adamax",
                chunks.grid(),
                chunks.table(),
                control(),
                spec.beta1(),
                spec.beta2(),
                spec.eps());
    }
}
