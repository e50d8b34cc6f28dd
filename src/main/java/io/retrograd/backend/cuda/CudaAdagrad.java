package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;
import java.util.List;

/** Adagrad; {@code kernels/adagrad.cu}. */
final class CudaAdagrad extends CudaUpdate {
    private final UpdateRule.Adagrad spec;

    CudaAdagrad(CudaDevice device, UpdateRule.Adagrad spec, Selection parameters) {
        super(device, parameters, List.of(parameters.slot("adagrad.square")));
        this.spec = spec;
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        pass.launch(
                "adagrad", chunks.grid(), chunks.table(), control(), spec.lrDecay(), spec.eps());
    }
}
