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
            sum += evaluate(x.get(i), target.get(i), /* derivative= */ false);
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
            dx.set(i, scale * evaluate(x.get(i), target.get(i), /* derivative= */ true));
        }
    }

    /** ∂l/∂x or l. */
    private double evaluate(double x, double t, boolean derivative) {
        double d = x - t;
        double size = Math.abs(d);
        double parameter = spec.parameter();
        return switch (spec.kind()) {
            case MSE -> derivative ? 2 * d : d * d;
            case L1 -> derivative ? Math.signum(d) : size;
            case SMOOTH_L1 -> {
                if (size < parameter) {
                    yield derivative ? d / parameter : d * d / (2 * parameter);
                }
                yield derivative ? Math.signum(d) : size - parameter / 2;
            }
            case HUBER -> {
                if (size <= parameter) {
                    yield derivative ? d : d * d / 2;
                }
                yield parameter * (derivative ? Math.signum(d) : size - parameter / 2);
            }
            case BCE_WITH_LOGITS -> {
                // e^−|x| lies in (0, 1], so neither form overflows.
                double e = Math.exp(-Math.abs(x));
                yield derivative
                        ? (x >= 0 ? 1 : e) / (1 + e) - t
                        : Math.max(x, 0) - x * t + Math.log1p(e);
            }
            case KL_DIV -> {
                if (t == 0) {
                    yield 0;
                }
                yield derivative ? -t : t * (Math.log(t) - x);
            }
        };
    }

    /** The pieces of L1, smooth L1 and Huber: below, around and above the target. */
    @Override
    public void kinks(KinkLedger ledger) {
        double around;
        switch (spec.kind()) {
            case L1 -> around = 0;
            case SMOOTH_L1, HUBER -> around = spec.parameter();
            default -> {
                return;
            }
        }
        for (int i = 0; i < x.size(); i++) {
            double d = x.get(i) - target.get(i);
            ledger.add(Math.abs(d) > around ? (int) Math.signum(d) : 0);
        }
    }

    @Override
    public boolean backwardReads(Tensor tensor) {
        return tensor != y;
    }
}
