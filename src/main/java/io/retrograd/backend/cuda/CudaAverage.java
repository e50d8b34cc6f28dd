package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;
import java.util.List;

/** Moving average of parameters; {@code kernels/moving_average.cu}. */
final class CudaAverage extends CudaUpdate {
    private final UpdateRule.Average rule;

    CudaAverage(CudaDevice device, UpdateRule.Average rule, Selection parameters) {
        super(device, parameters, List.of(parameters.slot(UpdateRule.Average.SLOT)));
        this.rule = rule;
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        pass.launch(
                "moving_average",
                chunks.grid(),
                chunks.table(),
                control(),
                rule.decay(),
                rule.warmUp());
    }
}
