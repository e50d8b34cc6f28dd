package io.retrograd.backend.reference;

import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.KinkLedger;

/**
 * A function of one number, applied to each element.
 *
 * <pre>
 *   x, y  any shape
 *
 *   y = f(x)        dx = f'(x)·dy
 * </pre>
 *
 * Conventions at kinks and for large numbers are PyTorch's. 1 − sigmoid(x) is written sigmoid(−x)
 * and 1 − tanh²(x) is written 1/cosh²(x), which lose no digits where they are small.
 */
final class ReferenceActivation extends ReferenceOp {
    private static final double ROOT_2_OVER_PI = Math.sqrt(2 / Math.PI);

    /** Of the series of tanhshrink up to 1: the next is 1e-19 of the sum. */
    private static final int TERMS = 9;

    private final ActivationSpec spec;
    private final ReferenceTensor x;
    private final ReferenceTensor y;

    ReferenceActivation(Elementwise.Activation o) {
        super(o.x());
        spec = o.spec();
        x = own(o.x());
        y = own(o.y());
    }

    @Override
    public void forward() {
        for (int i = 0; i < x.size(); i++) {
            y.set(i, value(spec, x.get(i)));
        }
    }

    @Override
    public void backward() {
        ReferenceTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        ReferenceTensor dy = gradient(y);
        for (int i = 0; i < dx.size(); i++) {
            dx.set(i, derivative(spec, x.get(i)) * dy.get(i));
        }
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (int i = 0; i < x.size(); i++) {
            ledger.add(spec.piece(x.get(i)));
        }
    }

    /** f(x). */
    static double value(ActivationSpec spec, double x) {
        return switch (spec.kind()) {
            case RELU -> Math.max(0, x);
            case LEAKY_RELU -> x > 0 ? x : spec.alpha() * x;
            case ELU -> x > 0 ? x : spec.alpha() * Math.expm1(x);
            case SIGMOID -> sigmoid(x);
            case TANH -> Math.tanh(x);
            case SOFTPLUS -> x > ActivationSpec.SOFTPLUS_THRESHOLD ? x : softplus(x);
            case SOFTSIGN -> x / (1 + Math.abs(x));
            case SILU -> x * sigmoid(x);
            case GELU -> x * NormalDistribution.below(x);
            case MISH -> x * Math.tanh(softplus(x));
            case HARDTANH -> clamp(x, -1, 1);
            case HARDSWISH -> x * (clamp(x + 3, 0, 6) / 6);
            case RELU6 -> clamp(x, 0, 6);
            case SELU ->
                    ActivationSpec.SELU_SCALE
                            * (x > 0 ? x : ActivationSpec.SELU_ALPHA * Math.expm1(x));
            case CELU -> x > 0 ? x : spec.alpha() * Math.expm1(x / spec.alpha());
            case HARDSIGMOID -> clamp(x + 3, 0, 6) / 6;
            case LOGSIGMOID -> -softplus(-x);
            case TANHSHRINK -> tanhShrink(x);
            case GELU_TANH -> x * sigmoid(normalLogit(x));
        };
    }

    /** f'(x); at a kink PyTorch's choice. */
    static double derivative(ActivationSpec spec, double x) {
        return switch (spec.kind()) {
            case RELU -> x > 0 ? 1 : 0;
            case LEAKY_RELU -> x > 0 ? 1 : spec.alpha();
            case ELU -> x > 0 ? 1 : spec.alpha() * Math.exp(x);
            case SIGMOID -> sigmoid(x) * sigmoid(-x);
            case TANH -> squareOfSech(x);
            case SOFTPLUS -> x > ActivationSpec.SOFTPLUS_THRESHOLD ? 1 : sigmoid(x);
            case SOFTSIGN -> 1 / (1 + Math.abs(x)) / (1 + Math.abs(x));
            case SILU -> sigmoid(x) * (1 + x * sigmoid(-x));
            case GELU -> NormalDistribution.below(x) + x * NormalDistribution.density(x);
            case MISH -> Math.tanh(softplus(x)) + x * sigmoid(x) * squareOfSech(softplus(x));
            case HARDTANH -> x > -1 && x < 1 ? 1 : 0;
            case HARDSWISH -> x <= -3 ? 0 : x < 3 ? x / 3 + 0.5 : 1;
            case RELU6 -> x > 0 && x < 6 ? 1 : 0;
            case SELU ->
                    ActivationSpec.SELU_SCALE
                            * (x > 0 ? 1 : ActivationSpec.SELU_ALPHA * Math.exp(x));
            case CELU -> x > 0 ? 1 : Math.exp(x / spec.alpha());
            case HARDSIGMOID -> x > -3 && x < 3 ? 1.0 / 6 : 0;
            case LOGSIGMOID -> sigmoid(-x);
            case TANHSHRINK -> Math.tanh(x) * Math.tanh(x);
            case GELU_TANH -> geluTanhSlope(x);
        };
    }

    /** 1 / (1 + e⁻ˣ), without overflow. */
    private static double sigmoid(double x) {
        double e = Math.exp(-Math.abs(x));
        return (x >= 0 ? 1 : e) / (1 + e);
    }

    /** log(1 + eˣ), without overflow. */
    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    /** 1/cosh²(x), whose denominator may overflow. */
    private static double squareOfSech(double x) {
        double cosh = Math.cosh(x);
        return 1 / cosh / cosh;
    }

    /** x − tanh(x); near 0 Σₖ 2k·x²ᵏ⁺¹ / (2k + 1)! over cosh(x), whose terms have one sign. */
    private static double tanhShrink(double x) {
        if (!(Math.abs(x) < 1)) {
            return x - Math.tanh(x);
        }
        double sum = 0;
        double power = x;
        for (int k = 1; k <= TERMS; k++) {
            power *= x * x / (2 * k * (2 * k + 1));
            sum += 2 * k * power;
        }
        return sum / Math.cosh(x);
    }

    /** 2·√(2/π)·(x + 0.044715·x³), of which the sigmoid is (1 + tanh of half of it) / 2. */
    private static double normalLogit(double x) {
        return 2 * ROOT_2_OVER_PI * (x + 0.044715 * x * x * x);
    }

    /** With p = sigmoid(logit(x)), p + x·p·(1 − p)·logit′(x); beyond 40 the last term is 0. */
    private static double geluTanhSlope(double x) {
        double c = clamp(x, -40, 40);
        double logit = normalLogit(c);
        double slope = 2 * ROOT_2_OVER_PI * (1 + 3 * 0.044715 * c * c);
        return sigmoid(logit) * (1 + c * sigmoid(-logit) * slope);
    }

    private static double clamp(double x, double low, double high) {
        return Math.max(low, Math.min(high, x));
    }
}
