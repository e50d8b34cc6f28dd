package io.retrograd.backend.cuda;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.DType;
import java.util.List;

/** NAdam; {@code kernels/nadam.cu}. */
final class CudaNAdam extends CudaUpdate {
    private static final int FACTORS = 3;

    /** Beside 1 it does not count, in any precision. */
    private static final double NEGLIGIBLE = 1e-20;

    private final UpdateRule.NAdam spec;

    CudaNAdam(CudaDevice device, UpdateRule.NAdam spec, Selection parameters) {
        super(
                device,
                parameters,
                List.of(parameters.slot("nadam.mean"), parameters.slot("nadam.square")));
        this.spec = spec;
    }

    @Override
    void list(CudaPass pass, Chunks chunks) {
        CudaTensor factors = pass.temporary("factors", DType.FLOAT64, FACTORS);
        pass.launch(
                "nadam_factors",
                Grid.of(1, Grid.THREADS),
                control(),
                spec.beta1(),
                spec.beta2(),
                spec.momentumDecay(),
                significant(),
                factors);
        pass.launch(
                "nadam",
                chunks.grid(),
                chunks.table(),
                control(),
                factors,
                spec.beta1(),
                spec.beta2(),
                spec.eps(),
                spec.decoupled());
    }

    /** How many factors, which are at most β₁ each, a product has that counts beside 1. */
    private int significant() {
        return (int) Math.max(1, Math.ceil(Math.log(NEGLIGIBLE) / Math.log(spec.beta1())));
    }
}
