package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.NAdam}. */
final class ReferenceNAdam extends ReferenceDescent {
    private final UpdateRule.NAdam spec;

    ReferenceNAdam(UpdateRule.NAdam spec, Selection parameters) {
        super(parameters, "nadam.mean", "nadam.square");
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
        double product = 1;
        for (int i = 1; i <= t && product > 0; i++) {
            product *= momentum(i);
        }
        double ofGradient = lr * (1 - momentum(t)) / (1 - product);
        double ofMean = lr * momentum(t + 1) / (1 - product * momentum(t + 1));
        double correction = 1 - Math.pow(spec.beta2(), t);
        double keep = spec.decoupled() ? 1 - lr * decay : 1;
        double pull = spec.decoupled() ? 0 : decay;
        for (int i = 0; i < w.size(); i++) {
            double g = dw.get(i) + pull * w.get(i);
            m.set(i, spec.beta1() * m.get(i) + (1 - spec.beta1()) * g);
            v.set(i, spec.beta2() * v.get(i) + (1 - spec.beta2()) * g * g);
            double d = Math.sqrt(v.get(i) / correction) + spec.eps();
            w.set(i, keep * w.get(i) - ofGradient * g / d - ofMean * m.get(i) / d);
        }
    }

    /** μ of step i. */
    private double momentum(double i) {
        return spec.beta1() * (1 - 0.5 * Math.pow(0.96, i * spec.momentumDecay()));
    }
}
