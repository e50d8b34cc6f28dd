package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.RAdam}. */
final class ReferenceRAdam extends ReferenceDescent {
    private final UpdateRule.RAdam spec;

    ReferenceRAdam(UpdateRule.RAdam spec, Selection parameters) {
        super(parameters, "radam.mean", "radam.square");
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
        ReferenceTensor v = memory[1];
        double rate = lr / (1 - Math.pow(spec.beta1(), t));
        double power = Math.pow(spec.beta2(), t);
        double limit = 2 / (1 - spec.beta2()) - 1;
        double length = limit - 2 * t * power / (1 - power);
        double keep = spec.decoupled() ? 1 - lr * decay : 1;
        double pull = spec.decoupled() ? 0 : decay;
        for (int i = 0; i < w.size(); i++) {
            double g = dw.get(i) + pull * w.get(i);
            m.set(i, spec.beta1() * m.get(i) + (1 - spec.beta1()) * g);
            v.set(i, spec.beta2() * v.get(i) + (1 - spec.beta2()) * g * g);
            double step = rate * m.get(i);
            if (length > 5) {
                double variance = (length - 4) * (length - 2) * limit;
                double atLimit = (limit - 4) * (limit - 2) * length;
                step *= Math.sqrt(variance / atLimit);
                step *= Math.sqrt(1 - power) / (Math.sqrt(v.get(i)) + spec.eps());
            }
            w.set(i, keep * w.get(i) - step);
        }
    }
}
