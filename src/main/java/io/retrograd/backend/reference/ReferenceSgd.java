package io.retrograd.backend.reference;

import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;

/**
 * Stochastic gradient descent, in step t of learning rate lr:
 *
 * <pre>
 *   g ← g + weightDecay·w
 *   v ← momentum·v + (1 − dampening)·g         (v ← g where t = 1)
 *   g ← nesterov ? g + momentum·v : v           (where momentum is not 0)
 *   w ← w − lr·g
 * </pre>
 *
 * The gradients keep their values.
 */
final class ReferenceSgd implements Update {
    private final UpdateRule.Sgd spec;
    private final ReferenceTensor control;
    private final ReferenceTensor[] weights;
    private final ReferenceTensor[] velocities;

    ReferenceSgd(UpdateRule.Sgd spec, Parameters parameters) {
        this.spec = spec;
        control = Reference.own(parameters.control());
        weights = Reference.array(parameters.tensors());
        velocities =
                spec.momentum() == 0
                        ? new ReferenceTensor[0]
                        : Reference.array(parameters.slot("sgd.velocity"));
    }

    @Override
    public void run() {
        for (int k = 0; k < weights.length; k++) {
            if (spec.momentum() == 0) {
                descend(weights[k]);
            } else {
                descend(weights[k], velocities[k]);
            }
        }
    }

    private void descend(ReferenceTensor w) {
        double rate = control.get(0);
        ReferenceTensor dw = Reference.gradient(w);
        for (int i = 0; i < w.size(); i++) {
            w.add(i, -rate * (dw.get(i) + spec.weightDecay() * w.get(i)));
        }
    }

    private void descend(ReferenceTensor w, ReferenceTensor velocity) {
        double rate = control.get(0);
        boolean first = control.get(1) == 1;
        double momentum = spec.momentum();
        ReferenceTensor dw = Reference.gradient(w);
        for (int i = 0; i < w.size(); i++) {
            double g = dw.get(i) + spec.weightDecay() * w.get(i);
            double v = first ? g : momentum * velocity.get(i) + (1 - spec.dampening()) * g;
            velocity.set(i, v);
            w.add(i, -rate * (spec.nesterov() ? g + momentum * v : v));
        }
    }
}
