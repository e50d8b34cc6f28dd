package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.Adamax}. */
final class ReferenceAdamax extends ReferenceDescent {
    private final UpdateRule.Adamax spec;

    ReferenceAdamax(UpdateRule.Adamax spec, Selection parameters) {
        super(parameters, "adamax.mean", "adamax.largest");
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
        ReferenceTensor u = memory[1];
        double rate = lr / (1 - Math.pow(spec.beta1(), t));
        for (int i = 0; i < w.size(); i++) {
            double g = dw.get(i) + decay * w.get(i);
            m.set(i, spec.beta1() * m.get(i) + (1 - spec.beta1()) * g);
            u.set(i, Math.max(spec.beta2() * u.get(i), Math.abs(g) + spec.eps()));
            w.add(i, -rate * m.get(i) / u.get(i));
        }
    }
}
