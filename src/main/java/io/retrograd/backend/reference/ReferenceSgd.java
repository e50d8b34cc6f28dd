package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.UpdateRule;

/** Stochastic gradient descent: {@link UpdateRule.Sgd}. */
final class ReferenceSgd extends ReferenceDescent {
    private final UpdateRule.Sgd spec;

    ReferenceSgd(UpdateRule.Sgd spec, Selection parameters) {
        super(parameters, spec.momentum() == 0 ? new String[0] : new String[] {"sgd.velocity"});
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
        for (int i = 0; i < w.size(); i++) {
            double g = dw.get(i) + decay * w.get(i);
            w.add(i, -lr * (spec.momentum() == 0 ? g : direction(g, i, memory[0], t == 1)));
        }
    }

    private double direction(double g, int i, ReferenceTensor velocity, boolean first) {
        double momentum = spec.momentum();
        double v = first ? g : momentum * velocity.get(i) + (1 - spec.dampening()) * g;
        velocity.set(i, v);
        return spec.nesterov() ? g + momentum * v : v;
    }
}
