package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.Collect}. */
final class ReferenceCollect implements Update {
    private final ReferenceTensor control;
    private final ReferenceTensor[] weights;
    private final ReferenceTensor[] sums;

    ReferenceCollect(Selection parameters) {
        control = ReferenceOp.own(parameters.control());
        weights = ReferenceOp.array(parameters.tensors());
        sums = ReferenceOp.array(parameters.slot(ReferenceAccumulate.SLOT));
    }

    @Override
    public void run() {
        double n = control.get(ReferenceAccumulate.OF_STEP);
        for (int k = 0; k < weights.length && n > 1; k++) {
            ReferenceTensor dw = ReferenceOp.gradient(weights[k]);
            for (int i = 0; i < dw.size(); i++) {
                dw.set(i, (sums[k].get(i) + dw.get(i)) / n);
            }
        }
    }
}
