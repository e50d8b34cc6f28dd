package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;
import java.util.List;

/** RMSProp; {@code kernels/rms_prop.cu}. */
final class CudaRmsProp extends CudaUpdate {
    private final UpdateRule.RmsProp spec;

    CudaRmsProp(CudaDevice device, UpdateRule.RmsProp spec, Selection parameters) {
        super(
                device,
                parameters,
                List.of(
                        parameters.slot("rmsprop.square"),
                        parameters.slot("rmsprop.mean"),
                        parameters.slot("rmsprop.velocity")));
        this.spec = spec;
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        pass.launch(
                "rms_prop",
                chunks.grid(),
                chunks.table(),
                control(),
                spec.alpha(),
                1 - spec.alpha(),
                spec.eps(),
                spec.momentum(),
                spec.centered());
    }
}
