package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.Lion}. */
final class ReferenceLion extends ReferenceDescent {
    private final UpdateRule.Lion spec;

    ReferenceLion(UpdateRule.Lion spec, Selection parameters) {
        super(parameters, "lion.mean");
        this.spec = spec;
    }

    @Override
    void descend(
            double lr,
            double decay,
            double t,
            ReferenceTensor w,
            ReferenceTensor dw,
            ReferenceTensor[] memory) {
        ReferenceTensor m = memory[0];
        for (int i = 0; i < w.size(); i++) {
            double g = dw.get(i);
            double sign = Math.signum(spec.beta1() * m.get(i) + (1 - spec.beta1()) * g);
            w.add(i, -lr * (sign + decay * w.get(i)));
            m.set(i, spec.beta2() * m.get(i) + (1 - spec.beta2()) * g);
        }
    }
}
