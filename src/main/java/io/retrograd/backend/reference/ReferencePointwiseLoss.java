package io.retrograd.backend.reference;

import io.retrograd.backend.KinkLedger;
import io.retrograd.backend.Op;
import io.retrograd.backend.PointwiseLossSpec;
import io.retrograd.backend.Reduction;
import io.retrograd.tensor.Tensor;

/**
 * {@code y = Σᵢ l(x[i], t[i]) / D} with D the number of elements for MEAN, 1 for SUM.
 *
 * <pre>
 *   x, t (any shape)    y ()        dx[i] = dy / D · ∂l/∂x(x[i], t[i])
 * </pre>
 *
 * The target has no gradient.
 */
final class ReferencePointwiseLoss implements Op {
    private final PointwiseLossSpec spec;
    private final ReferenceTensor x;
    private final ReferenceTensor target;
    private final ReferenceTensor y;
    private final double divisor;

    ReferencePointwiseLoss(
            PointwiseLossSpec spec, ReferenceTensor x, ReferenceTensor target, ReferenceTensor y) {
        this.spec = spec;
        this.x = x;
        this.target = target;
        this.y = y;
        divisor = spec.reduction() == Reduction.MEAN ? x.size() : 1;
    }

    @Override
    public void forward() {
        double sum = 0;
        for (int i = 0; i < x.size(); i++) {
            sum += spec.value(x.get(i), target.get(i));
        }
        y.set(0, sum / divisor);
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        double scale = Reference.gradient(y).get(0) / divisor;
        for (int i = 0; i < x.size(); i++) {
            dx.set(i, scale * spec.derivative(x.get(i), target.get(i)));
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (int i = 0; i < x.size(); i++) {
            ledger.add(spec.piece(x.get(i), target.get(i)));
        }
    }

    @Override
    public boolean backwardReads(Tensor tensor) {
        return tensor != y;
    }
}
