package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/** Adam and AdamW: {@link UpdateRule.Adam}. */
final class ReferenceAdam extends ReferenceDescent {
    private final UpdateRule.Adam spec;

    ReferenceAdam(UpdateRule.Adam spec, Selection parameters) {
        // AMSGrad keeps the largest squares beside the squares; else these stand for them.
        super(
                parameters,
                "adam.mean",
                "adam.square",
                spec.amsgrad() ? "adam.largest_square" : "adam.square");
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
        ReferenceTensor u = memory[2];
        double step = lr / (1 - Math.pow(spec.beta1(), t));
        double root = Math.sqrt(1 - Math.pow(spec.beta2(), t));
        double keep = spec.decoupled() ? 1 - lr * decay : 1;
        double pull = spec.decoupled() ? 0 : decay;
        for (int i = 0; i < w.size(); i++) {
            double g = dw.get(i) + pull * w.get(i);
            m.set(i, spec.beta1() * m.get(i) + (1 - spec.beta1()) * g);
            v.set(i, spec.beta2() * v.get(i) + (1 - spec.beta2()) * g * g);
            u.set(i, Math.max(u.get(i), v.get(i)));
            double d = Math.sqrt(u.get(i)) / root + spec.eps();
            w.set(i, keep * w.get(i) - step * m.get(i) / d);
        }
    }
}
