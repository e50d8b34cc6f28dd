package io.retrograd.backend.reference;

import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;

/**
 * Adagrad, in step t of learning rate lr:
 *
 * <pre>
 *   g ← g + weightDecay·w
 *   s ← s + g²
 *   w ← w − lr / (1 + (t − 1)·lrDecay) · g / (√s + eps)
 * </pre>
 *
 * The gradients keep their values.
 */
final class ReferenceAdagrad implements Update {
    private final UpdateRule.Adagrad spec;
    private final ReferenceTensor control;
    private final ReferenceTensor[] weights;
    private final ReferenceTensor[] squares;

    ReferenceAdagrad(UpdateRule.Adagrad spec, Parameters parameters) {
        this.spec = spec;
        control = Reference.own(parameters.control());
        weights = Reference.array(parameters.tensors());
        squares = Reference.array(parameters.slot("adagrad.square"));
    }

    @Override
    public void run() {
        double rate = control.get(0) / (1 + (control.get(1) - 1) * spec.lrDecay());
        for (int k = 0; k < weights.length; k++) {
            descend(rate, weights[k], squares[k]);
        }
    }

    private void descend(double rate, ReferenceTensor w, ReferenceTensor s) {
        ReferenceTensor dw = Reference.gradient(w);
        for (int i = 0; i < w.size(); i++) {
            double g = dw.get(i) + spec.weightDecay() * w.get(i);
            s.add(i, g * g);
            w.add(i, -rate * g / (Math.sqrt(s.get(i)) + spec.eps()));
        }
    }
}
