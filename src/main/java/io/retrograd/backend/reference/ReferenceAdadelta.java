package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.Adadelta}. */
final class ReferenceAdadelta extends ReferenceDescent {
    private final UpdateRule.Adadelta spec;

    ReferenceAdadelta(UpdateRule.Adadelta spec, Selection parameters) {
        super(parameters, "adadelta.square", "adadelta.change");
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
        double rho = spec.rho();
        for (int i = 0; i < w.size(); i++) {
            double g = dw.get(i) + decay * w.get(i);
            s.set(i, rho * s.get(i) + (1 - rho) * g * g);
            double d = Math.sqrt(a.get(i) + spec.eps()) / Math.sqrt(s.get(i) + spec.eps()) * g;
            a.set(i, rho * a.get(i) + (1 - rho) * d * d);
            w.add(i, -lr * d);
        }
    }
}
