package io.retrograd.backend.reference;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;

/** {@link UpdateRule.ClipNorm}. */
final class ReferenceClipNorm implements Update {
    private static final double EPS = 1e-6;

    private final double maxNorm;
    private final ReferenceTensor[] weights;

    ReferenceClipNorm(UpdateRule.ClipNorm rule, Selection parameters) {
        maxNorm = rule.maxNorm();
        weights = ReferenceOp.array(parameters.tensors());
    }

    @Override
    public void run() {
        double squares = 0;
        for (ReferenceTensor w : weights) {
            ReferenceTensor dw = ReferenceOp.gradient(w);
            for (int i = 0; i < dw.size(); i++) {
                squares += dw.get(i) * dw.get(i);
            }
        }
        double norm = Double.isInfinite(squares) ? Double.NaN : Math.sqrt(squares);
        double scale = Math.min(1, maxNorm / (norm + EPS));
        for (ReferenceTensor w : weights) {
            ReferenceTensor dw = ReferenceOp.gradient(w);
            for (int i = 0; i < dw.size(); i++) {
                dw.set(i, scale * dw.get(i));
            }
        }
    }
}
