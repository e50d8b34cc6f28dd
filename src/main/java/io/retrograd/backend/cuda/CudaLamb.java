package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.DType;
import java.util.List;

/** LAMB; {@code kernels/lamb.cu}. */
final class CudaLamb extends CudaUpdate {
    private final UpdateRule.Lamb spec;

    CudaLamb(CudaDevice device, UpdateRule.Lamb spec, Selection parameters) {
        super(
                device,
                parameters,
                List.of(parameters.slot("lamb.mean"), parameters.slot("lamb.square")));
        this.spec = spec;
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        CudaTensor squares = pass.temporary("squares", DType.FLOAT64, 2L * chunks.count());
        pass.launch(
                "lamb_moments",
                chunks.grid(),
                chunks.table(),
                control(),
                spec.beta1(),
                spec.beta2(),
                spec.eps(),
                squares);
        pass.launch(
                "lamb",
                chunks.grid(),
                chunks.table(),
                control(),
                spec.beta1(),
                spec.beta2(),
                spec.eps(),
                squares);
    }
}
