package io.retrograd.backend.reference;

import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;

/**
 * Adds the gradient of {@code l1·Σ|w| + l2/2·Σw²} over all weights, parameters of rank 2 and above:
 *
 * <pre>
 *   dw ← dw + l1·sign(w) + l2·w        sign(0) = 0
 * </pre>
 */
final class ReferencePenalty implements Update {
    private final double l1;
    private final double l2;
    private final ReferenceTensor[] weights;

    ReferencePenalty(double l1, double l2, Parameters parameters) {
        this.l1 = l1;
        this.l2 = l2;
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
                dw.add(i, l1 * Math.signum(w.get(i)) + l2 * w.get(i));
            }
        }
    }
}
