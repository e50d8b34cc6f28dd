package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;

/** Clamps every element of every gradient: {@code dw ← max(−limit, min(limit, dw))}. */
final class ReferenceClipValue implements Update {
    private final double limit;
    private final ReferenceTensor[] weights;

    ReferenceClipValue(UpdateRule.ClipValue rule, Selection parameters) {
        limit = rule.limit();
        weights = ReferenceOp.array(parameters.tensors());
    }

    @Override
    public void run() {
        for (ReferenceTensor w : weights) {
            ReferenceTensor dw = ReferenceOp.gradient(w);
            for (int i = 0; i < dw.size(); i++) {
                dw.set(i, Math.max(-limit, Math.min(limit, dw.get(i))));
            }
        }
    }
}
