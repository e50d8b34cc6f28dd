package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/** Adagrad: {@link UpdateRule.Adagrad}. */
final class ReferenceAdagrad extends ReferenceDescent {
    private final UpdateRule.Adagrad spec;

    ReferenceAdagrad(UpdateRule.Adagrad spec, Selection parameters) {
        super(parameters, "adagrad.square");
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
        double rate = lr / (1 + (t - 1) * spec.lrDecay());
        ReferenceTensor s = memory[0];
        for (int i = 0; i < w.size(); i++) {
            double g = dw.get(i) + decay * w.get(i);
            s.add(i, g * g);
            w.add(i, -rate * g / (Math.sqrt(s.get(i)) + spec.eps()));
        }
    }
}
