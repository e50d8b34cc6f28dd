package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_mul;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Tensor;
import java.util.List;

/** {@link UpdateRule.Collect}. */
final class OneDnnCollect implements Update {
    private final Control control;
    private final OneDnnTensor share;
    private final Sweep sweep;

    OneDnnCollect(Engine engine, Selection parameters) {
        control = new Control(parameters);
        share = new Scalars(engine, 1).get(0);
        List<Tensor> gradients = parameters.tensors().stream().map(Tensor::requireGrad).toList();
        sweep =
                new Sweep(
                        List.of(gradients, parameters.slot(OneDnnAccumulate.SLOT)),
                        piece -> List.of(mean(piece.get(0), piece.get(1))));
    }

    /** {@code dw ← (dw + s)·share} */
    private Primitive mean(OneDnnTensor dw, OneDnnTensor s) {
        return new Binary(dnnl_binary_add, dw, s).with(dnnl_binary_mul, share).into(dw, "mean");
    }

    @Override
    public void run() {
        double n = control.ofStep();
        if (n > 1) {
            share.set(0, 1 / n);
            sweep.run();
        }
    }
}
