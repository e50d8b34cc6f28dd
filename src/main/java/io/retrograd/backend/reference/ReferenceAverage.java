package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.Average}. */
final class ReferenceAverage implements Update {
    private final UpdateRule.Average rule;
    private final ReferenceTensor control;
    private final ReferenceTensor[] weights;
    private final ReferenceTensor[] averages;

    ReferenceAverage(UpdateRule.Average rule, Selection parameters) {
        this.rule = rule;
        control = ReferenceOp.own(parameters.control());
        weights = ReferenceOp.array(parameters.tensors());
        averages = ReferenceOp.array(parameters.slot(UpdateRule.Average.SLOT));
    }

    @Override
    public void run() {
        double d = rule.kept(control.get(ReferenceDescent.STEP));
        for (int k = 0; k < weights.length; k++) {
            for (int i = 0; i < weights[k].size(); i++) {
                averages[k].set(i, d * averages[k].get(i) + (1 - d) * weights[k].get(i));
            }
        }
    }
}
