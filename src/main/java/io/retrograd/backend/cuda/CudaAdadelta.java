package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;
import java.util.List;

/** Adadelta; {@code kernels/adadelta.cu}. */
final class CudaAdadelta extends CudaUpdate {
    private final UpdateRule.Adadelta spec;

    CudaAdadelta(CudaDevice device, UpdateRule.Adadelta spec, Selection parameters) {
        super(
                device,
                parameters,
                List.of(parameters.slot("adadelta.square"), parameters.slot("adadelta.change")));
        this.spec = spec;
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        pass.launch(
                "adadelta",
                chunks.grid(),
                chunks.table(),
                control(),
                spec.rho(),
                1 - spec.rho(),
                spec.eps());
    }
}
