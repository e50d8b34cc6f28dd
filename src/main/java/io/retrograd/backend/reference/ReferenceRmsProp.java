package io.retrograd.backend.reference;

import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;

/**
 * RMSProp with learning rate lr:
 *
 * <pre>
 *   g ← g + weightDecay·w
 *   s ← α·s + (1 − α)·g²
 *   a ← α·a + (1 − α)·g                        (a = 0 where not centered)
 *   b ← momentum·b + g / (√(s − a²) + eps)     (the same with momentum 0)
 *   w ← w − lr·b
 * </pre>
 *
 * The variance s − a² is never below 0, but by rounding: 0 is taken then. The gradients keep their
 * values.
 */
final class ReferenceRmsProp implements Update {
    private final UpdateRule.RmsProp spec;
    private final ReferenceTensor control;
    private final ReferenceTensor[] weights;
    private final ReferenceTensor[] squares;
    private final ReferenceTensor[] means;
    private final ReferenceTensor[] velocities;

    ReferenceRmsProp(UpdateRule.RmsProp spec, Parameters parameters) {
        this.spec = spec;
        control = Reference.own(parameters.control());
        weights = Reference.array(parameters.tensors());
        squares = Reference.array(parameters.slot("rmsprop.square"));
        means = Reference.array(parameters.slot("rmsprop.mean"));
        velocities = Reference.array(parameters.slot("rmsprop.velocity"));
    }

    @Override
    public void run() {
        for (int k = 0; k < weights.length; k++) {
            descend(weights[k], squares[k], means[k], velocities[k]);
        }
    }

    private void descend(
            ReferenceTensor w, ReferenceTensor s, ReferenceTensor a, ReferenceTensor b) {
        double rate = control.get(0);
        double alpha = spec.alpha();
        ReferenceTensor dw = Reference.gradient(w);
        for (int i = 0; i < w.size(); i++) {
            double g = dw.get(i) + spec.weightDecay() * w.get(i);
            s.set(i, alpha * s.get(i) + (1 - alpha) * g * g);
            a.set(i, spec.centered() ? alpha * a.get(i) + (1 - alpha) * g : 0);
            double variance = Math.max(0, s.get(i) - a.get(i) * a.get(i));
            double d = Math.sqrt(variance) + spec.eps();
            b.set(i, spec.momentum() * b.get(i) + g / d);
            w.add(i, -rate * b.get(i));
        }
    }
}
