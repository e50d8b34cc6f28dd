package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.Accumulate}. */
final class ReferenceAccumulate implements Update {
    static final String SLOT = "accumulated";

    /** Where the number of the batch in its window stands in {@link Selection#control}. */
    static final int OF_STEP = 3;

    private final ReferenceTensor control;
    private final ReferenceTensor[] weights;
    private final ReferenceTensor[] sums;

    ReferenceAccumulate(Selection parameters) {
        control = ReferenceOp.own(parameters.control());
        weights = ReferenceOp.array(parameters.tensors());
        sums = ReferenceOp.array(parameters.slot(SLOT));
    }

    @Override
    public void run() {
        boolean first = control.get(OF_STEP) == 1;
        for (int k = 0; k < weights.length; k++) {
            ReferenceTensor dw = ReferenceOp.gradient(weights[k]);
            for (int i = 0; i < dw.size(); i++) {
                sums[k].set(i, first ? dw.get(i) : sums[k].get(i) + dw.get(i));
            }
        }
    }
}
