package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/**
 * RMSProp: {@link UpdateRule.RmsProp}, with a = 0 where it is not centered. The variance s − a² is
 * below 0 by rounding only, and 0 then.
 */
final class ReferenceRmsProp extends ReferenceDescent {
    private final UpdateRule.RmsProp spec;

    ReferenceRmsProp(UpdateRule.RmsProp spec, Selection parameters) {
        super(parameters, "rmsprop.square", "rmsprop.mean", "rmsprop.velocity");
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
        ReferenceTensor s = memory[0];
        ReferenceTensor a = memory[1];
        ReferenceTensor b = memory[2];
        double alpha = spec.alpha();
        for (int i = 0; i < w.size(); i++) {
            double g = dw.get(i) + decay * w.get(i);
            s.set(i, alpha * s.get(i) + (1 - alpha) * g * g);
            a.set(i, spec.centered() ? alpha * a.get(i) + (1 - alpha) * g : 0);
            double variance = Math.max(0, s.get(i) - a.get(i) * a.get(i));
            double d = Math.sqrt(variance) + spec.eps();
            b.set(i, spec.momentum() * b.get(i) + g / d);
            w.add(i, -lr * b.get(i));
        }
    }
}
