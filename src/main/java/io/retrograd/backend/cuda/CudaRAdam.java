package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;
import java.util.List;

/** RAdam; {@code kernels/radam.cu}. */
final class CudaRAdam extends CudaUpdate {
    private final UpdateRule.RAdam spec;

    CudaRAdam(CudaDevice device, UpdateRule.RAdam spec, Selection parameters) {
        super(
                device,
                parameters,
                List.of(parameters.slot("radam.mean"), parameters.slot("radam.square")));
        this.spec = spec;
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        pass.launch(
                "radam",
                chunks.grid(),
                chunks.table(),
                control(),
                spec.beta1(),
                spec.beta2(),
                spec.eps(),
                spec.decoupled());
    }
}
