package io.retrograd.backend.onednn;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.Losses;
import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.Reduction;
import org.jspecify.annotations.Nullable;

/** {@link PointwiseLossSpec}, in Java with the sum in float64. */
final class OneDnnPointwiseLoss extends OneDnnOp {
    private static final double HALF_LOG_TWO_PI = Math.log(2 * Math.PI) / 2;

    private final PointwiseLossSpec spec;
    private final OneDnnTensor x;
    private final OneDnnTensor target;
    private final @Nullable OneDnnTensor positiveWeight;
    private final OneDnnTensor y;
    private final double divisor;
    private final int sample;
    private final int ofClass;

    OneDnnPointwiseLoss(Losses.PointwiseLoss o) {
        super(o, "pointwiseLoss " + o.spec() + o.x().shape());
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
    void prepare(Planner planner) {
        OneDnnTensor values = forwardPass().in(x, x.plain());
        OneDnnTensor targets = forwardPass().in(target, target.plain());
        forwardPass().add("pointwise loss", () -> forward(values, targets));
        forwardPass().writes(y);
        if (positiveWeight != null) {
            forwardPass().reads(positiveWeight);
        }
        OneDnnTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        Pass pass = backwardPass();
        OneDnnTensor again = pass.in(x, x.plain());
        OneDnnTensor to = pass.out(dx, x.plain());
        OneDnnTensor targetsAgain = pass.in(target, target.plain());
        pass.add("pointwise loss backward", () -> backward(again, targetsAgain, to));
        if (positiveWeight != null) {
            pass.reads(positiveWeight);
        }
        pass.store(to, dx);
    }

    private void forward(OneDnnTensor x, OneDnnTensor t) {
        double sum = 0;
        for (int i = 0; i < x.size(); i++) {
            sum += weight(t, i) * value(x.get(i), target(t, i), positive(i));
        }
        y.set(0, sum / divisor);
    }

    private void backward(OneDnnTensor x, OneDnnTensor t, OneDnnTensor dx) {
        double scale = y.requireGradient().get(0) / divisor;
        for (int i = 0; i < x.size(); i++) {
            double slope = derivative(x.get(i), target(t, i), positive(i));
            dx.set(i, scale * weight(t, i) * slope);
        }
    }

    private double target(OneDnnTensor t, int i) {
        return t.get(spec.weighted() ? i / sample * 2 * sample + i % sample : i);
    }

    private double weight(OneDnnTensor t, int i) {
        return spec.weighted() ? t.get((i / sample * 2 + 1) * sample + i % sample) : 1;
    }

    private double positive(int i) {
        return positiveWeight == null ? 1 : positiveWeight.get(i / ofClass % positiveWeight.size());
    }

    /**
     * l(x, t), p being the positive weight, without intermediate results that overflow or vanish
     * where it does not.
     */
    private double value(double x, double t, double p) {
        double d = x - t;
        double size = Math.abs(d);
        double parameter = spec.parameter();
        return switch (spec.kind()) {
            case MSE -> d * d;
            case L1 -> size;
            case SMOOTH_L1 -> size < parameter ? size / parameter * size / 2 : size - parameter / 2;
            case HUBER -> size <= parameter ? d / 2 * d : parameter * (size - parameter / 2);
            // Of t in [0, 1] a sum of two terms above 0; e^−|x| lies in (0, 1].
            case BCE_WITH_LOGITS ->
                    (x > 0 ? x * (1 - t) : -x * t * p)
                            + (1 - t + p * t) * Math.log1p(Math.exp(-Math.abs(x)));
            case KL_DIV -> t != 0 ? t * (Math.log(t) - x) : Double.isNaN(x) ? x : 0;
            case FOCAL -> {
                double e = Math.exp(-Math.abs(x));
                yield alpha(t)
                        * Math.pow(mistake(x, t, e), parameter)
                        * (Math.log1p(e) + (x > 0 ? x * (1 - t) : -x * t));
            }
            case POISSON_NLL -> x - t * Math.log(x + parameter) + stirling(t);
            case POISSON_NLL_LOG -> Math.exp(x) - t * x + stirling(t);
        };
    }

    /** α′ of focal. */
    private double alpha(double t) {
        return spec.second() < 0 ? 1 : 1 - spec.second() - (1 - 2 * spec.second()) * t;
    }

    /** q of focal, without a difference; e = e^−|x|. */
    private static double mistake(double x, double t, double e) {
        return (x >= 0 ? 1 - t + t * e : t + (1 - t) * e) / (1 + e);
    }

    private double stirling(double t) {
        boolean none = spec.second() == 0 || t <= 1;
        return none ? 0 : (t + 0.5) * Math.log(t) - t + HALF_LOG_TWO_PI;
    }

    /** ∂l/∂x(x, t). */
    private double derivative(double x, double t, double p) {
        double d = x - t;
        double size = Math.abs(d);
        double parameter = spec.parameter();
        return switch (spec.kind()) {
            case MSE -> 2 * d;
            case L1 -> Math.signum(d);
            case SMOOTH_L1 -> size < parameter ? d / parameter : Math.signum(d);
            case HUBER -> size <= parameter ? d : parameter * Math.signum(d);
            // σ(x) − t as (1 − t)·σ(x) − t·σ(−x), which keeps its digits near 0.
            case BCE_WITH_LOGITS -> {
                double e = Math.exp(-Math.abs(x));
                yield ((1 - t) * (x >= 0 ? 1 : e) - p * t * (x >= 0 ? e : 1)) / (1 + e);
            }
            case KL_DIV -> -t;
            case FOCAL -> focalSlope(x, t);
            case POISSON_NLL -> 1 - t / (x + parameter);
            case POISSON_NLL_LOG -> Math.exp(x) - t;
        };
    }

    /** α′·qᵞ·(l′ + γ·l·q′/q): q′/q is at most 1, where q vanishes it is 0. */
    private double focalSlope(double x, double t) {
        double e = Math.exp(-Math.abs(x));
        double q = mistake(x, t, e);
        double slope = ((1 - t) * (x >= 0 ? 1 : e) - t * (x >= 0 ? e : 1)) / (1 + e);
        double entropy = Math.log1p(e) + (x > 0 ? x * (1 - t) : -x * t);
        double ratio = q == 0 ? 0 : (1 - 2 * t) * e / ((1 + e) * (1 + e)) / q;
        double gamma = spec.parameter();
        return alpha(t) * Math.pow(q, gamma) * (slope + gamma * entropy * ratio);
    }

    @Override
    public void kinks(KinkLedger ledger) {
        double[] values = x.toArray();
        for (int i = 0; i < values.length; i++) {
            ledger.add(spec.piece(values[i], target(target, i)));
        }
    }
}
