package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;
import java.util.List;

/** Lion; {@code kernels/lion.cu}. */
final class CudaLion extends CudaUpdate {
    private final UpdateRule.Lion spec;

    CudaLion(CudaDevice device, UpdateRule.Lion spec, Selection parameters) {
        super(device, parameters, List.of(parameters.slot("lion.mean")));
        this.spec = spec;
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        pass.launch(
                "lion",
                chunks.grid(),
                chunks.table(),
                control(),
                spec.beta1(),
                1 - spec.beta1(),
                spec.beta2(),
                1 - spec.beta2());
    }
}
