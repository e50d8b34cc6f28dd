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

    private static double clamp(double x, double low, double high) {
        return Math.max(low, Math.min(high, x));
    }
}
