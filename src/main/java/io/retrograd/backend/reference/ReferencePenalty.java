package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.Penalty}. */
final class ReferencePenalty implements Update {
    private final UpdateRule.Penalty rule;
    private final ReferenceTensor[] weights;

    ReferencePenalty(UpdateRule.Penalty rule, Selection parameters) {
        this.rule = rule;
        weights =
                parameters.tensors().stream()
                        .filter(w -> w.shape().rank() >= 2)
                        .map(ReferenceOp::own)
                        .toArray(ReferenceTensor[]::new);
    }

    @Override
    public void run() {
        for (ReferenceTensor w : weights) {
            ReferenceTensor dw = ReferenceOp.gradient(w);
            for (int i = 0; i < w.size(); i++) {
                dw.add(i, rule.l1() * Math.signum(w.get(i)) + rule.l2() * w.get(i));
            }
        }
    }
}
