package io.retrograd.backend.reference;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Losses;
import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.Reduction;
import org.jspecify.annotations.Nullable;

/** {@link PointwiseLossSpec}. */
final class ReferencePointwiseLoss extends ReferenceOp {
    private final PointwiseLossSpec spec;
    private final ReferenceTensor x;
    private final ReferenceTensor target;
    private final @Nullable ReferenceTensor positiveWeight;
    private final ReferenceTensor y;
    private final double divisor;
    private final int sample;
    private final int ofClass;

    ReferencePointwiseLoss(Losses.PointwiseLoss o) {
        super(o.x(), o.target(), o.positiveWeight());
        spec = o.spec();
        x = own(o.x());
        target = own(o.target());
        positiveWeight = ownOrNull(o.positiveWeight());
        sample = o.sampleSize();
        ofClass = positiveWeight == null ? 1 : o.classSize();
        y = own(o.y());
        divisor = spec.reduction() == Reduction.MEAN ? x.size() : 1;
    }

    @Override
    public void forward() {
        double sum = 0;
        for (int i = 0; i < x.size(); i++) {
            sum += weight(i) * value(x.get(i), target(i), positive(i));
        }
        y.set(0, sum / divisor);
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        double scale = gradient(y).get(0) / divisor;
        for (int i = 0; i < x.size(); i++) {
            double slope = derivative(x.get(i), target(i), positive(i));
            dx.set(i, scale * weight(i) * slope);
        }
    }

    private double target(int i) {
        return target.get(spec.weighted() ? i / sample * 2 * sample + i % sample : i);
    }

    private double weight(int i) {
        return spec.weighted() ? target.get((i / sample * 2 + 1) * sample + i % sample) : 1;
    }

    private double positive(int i) {
        return positiveWeight == null ? 1 : positiveWeight.get(i / ofClass % positiveWeight.size());
    }

    /**
     * l(x, t), p being the positive weight, as it is defined; differences of large numbers don't
     * overflow on the way.
     */
    private double value(double x, double t, double p) {
        double a = spec.parameter();
        double distance = x > t ? x - t : t - x;
        return switch (spec.kind()) {
            case MSE -> distance * distance;
            case L1 -> distance;
            case SMOOTH_L1 -> distance < a ? 0.5 * distance * (distance / a) : distance - 0.5 * a;
            case HUBER -> distance <= a ? 0.5 * distance * distance : a * (distance - 0.5 * a);
            case BCE_WITH_LOGITS -> p * t * softplus(-x) + (1 - t) * softplus(x);
            case KL_DIV -> Double.isNaN(x) ? x : t == 0 ? 0 : t * (Math.log(t) - x);
            case FOCAL ->
                    alpha(t)
                            * Math.pow(mistake(x, t), a)
                            * (t * softplus(-x) + (1 - t) * softplus(x));
            case POISSON_NLL -> x - t * Math.log(x + a) + stirling(t);
            case POISSON_NLL_LOG -> Math.exp(x) - t * x + stirling(t);
        };
    }

    /** α′ of focal. */
    private double alpha(double t) {
        double alpha = spec.second();
        return alpha < 0 ? 1 : alpha * t + (1 - alpha) * (1 - t);
    }

    /** q of focal. */
    private static double mistake(double x, double t) {
        return sigmoid(x) * (1 - t) + sigmoid(-x) * t;
    }

    /** About log t!, where Poisson is full. */
    private double stirling(double t) {
        boolean none = spec.second() == 0 || t <= 1;
        return none ? 0 : t * Math.log(t) - t + 0.5 * Math.log(2 * Math.PI * t);
    }

    /** dl/dx(x, t); 0 between two pieces that meet at an angle. */
    private double derivative(double x, double t, double p) {
        double a = spec.parameter();
        double side = x > t ? 1 : x < t ? -1 : x - t;
        return switch (spec.kind()) {
            case MSE -> 2 * (x - t);
            case L1 -> side;
            case SMOOTH_L1 -> Math.abs(x - t) < a ? (x - t) / a : side;
            case HUBER -> Math.abs(x - t) <= a ? x - t : a * side;
            case BCE_WITH_LOGITS -> (1 - t) * sigmoid(x) - p * t * sigmoid(-x);
            case KL_DIV -> -t;
            case FOCAL -> focalSlope(x, t);
            case POISSON_NLL -> 1 - t / (x + a);
            case POISSON_NLL_LOG -> Math.exp(x) - t;
        };
    }

    /** By the product rule; σ′ = σ·(1 − σ). */
    private double focalSlope(double x, double t) {
        double gamma = spec.parameter();
        double q = mistake(x, t);
        double entropy = t * softplus(-x) + (1 - t) * softplus(x);
        double dEntropy = (1 - t) * sigmoid(x) - t * sigmoid(-x);
        double dq = (1 - 2 * t) * sigmoid(x) * sigmoid(-x);
        double dPower = gamma == 0 || dq == 0 ? 0 : gamma * Math.pow(q, gamma - 1) * dq;
        return alpha(t) * (Math.pow(q, gamma) * dEntropy + dPower * entropy);
    }

    /** −log σ(−x). */
    private static double softplus(double x) {
        return (x > 0 ? x : 0) + Math.log1p(Math.exp(x > 0 ? -x : x));
    }

    private static double sigmoid(double x) {
        return x > 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (int i = 0; i < x.size(); i++) {
            ledger.add(spec.piece(x.get(i), target(i)));
        }
    }
}
