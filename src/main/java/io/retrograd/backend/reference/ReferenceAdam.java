package io.retrograd.backend.reference;

import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;

/**
 * Adam and AdamW, in step t of learning rate lr:
 *
 * <pre>
 *   w ← w − lr·weightDecay·w                   (AdamW)
 *   g ← g + weightDecay·w                      (Adam)
 *   m ← β₁·m + (1 − β₁)·g
 *   v ← β₂·v + (1 − β₂)·g²
 *   u ← amsgrad ? max(u, v) : v
 *   w ← w − lr / (1 − β₁ᵗ) · m / (√u / √(1 − β₂ᵗ) + eps)
 * </pre>
 *
 * The gradients keep their values.
 */
final class ReferenceAdam implements Update {
    private final UpdateRule.Adam spec;
    private final ReferenceTensor control;
    private final ReferenceTensor[] weights;
    private final ReferenceTensor[] means;
    private final ReferenceTensor[] squares;

    /** The largest squares for AMSGrad, else the squares themselves. */
    private final ReferenceTensor[] largest;

    ReferenceAdam(UpdateRule.Adam spec, Parameters parameters) {
        this.spec = spec;
        control = Reference.own(parameters.control());
        weights = Reference.array(parameters.tensors());
        means = Reference.array(parameters.slot("adam.mean"));
        squares = Reference.array(parameters.slot("adam.square"));
        largest =
                spec.amsgrad() ? Reference.array(parameters.slot("adam.largest_square")) : squares;
    }

    @Override
    public void run() {
        for (int k = 0; k < weights.length; k++) {
            descend(weights[k], means[k], squares[k], largest[k]);
        }
    }

    private void descend(
            ReferenceTensor w, ReferenceTensor m, ReferenceTensor v, ReferenceTensor u) {
        double rate = control.get(0);
        double t = control.get(1);
        double step = rate / (1 - Math.pow(spec.beta1(), t));
        double root = Math.sqrt(1 - Math.pow(spec.beta2(), t));
        double keep = spec.decoupled() ? 1 - rate * spec.weightDecay() : 1;
        double decay = spec.decoupled() ? 0 : spec.weightDecay();
        ReferenceTensor dw = Reference.gradient(w);
        for (int i = 0; i < w.size(); i++) {
            double g = dw.get(i) + decay * w.get(i);
            m.set(i, spec.beta1() * m.get(i) + (1 - spec.beta1()) * g);
            v.set(i, spec.beta2() * v.get(i) + (1 - spec.beta2()) * g * g);
            u.set(i, Math.max(u.get(i), v.get(i)));
            double d = Math.sqrt(u.get(i)) / root + spec.eps();
            w.set(i, keep * w.get(i) - step * m.get(i) / d);
        }
    }
}
