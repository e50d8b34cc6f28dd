package io.retrograd.operation;

import io.retrograd.tensor.Checks;

/**
 * A loss that compares x and target t of one shape element by element.
 *
 * <pre>
 *   L = Σᵢ w[i]·l(x[i], t[i]) / D        dx[i] = dL / D·w[i]·∂l/∂x(x[i], t[i])
 * </pre>
 *
 * D is the number of elements of x for MEAN, 1 for SUM. The target has no gradient. Weights w are 1
 * unless the target is (N, 2, d...) for x (N, d...): of each sample the t, then the w.
 *
 * @param kind which comparison
 * @param parameter β of smooth L1, δ of Huber, γ of focal, ε of Poisson; 0 for the others
 * @param second α of focal, whether Poisson is full, 1 or 0; 0 for the others
 * @param weighted whether the target holds weights, too
 */
public record PointwiseLossSpec(
        Kind kind, double parameter, double second, Reduction reduction, boolean weighted) {
    private static final double NO_ALPHA = -1;

    /** The comparisons, with PyTorch's definitions. */
    public enum Kind {
        /** (x − t)². */
        MSE("MseLoss"),
        /** |x − t|; its derivative at 0 is 0. */
        L1("L1Loss"),
        /** (x − t)² / (2β) for |x − t| &lt; β, else |x − t| − β/2. */
        SMOOTH_L1("SmoothL1Loss"),
        /** (x − t)² / 2 for |x − t| ≤ δ, else δ·(|x − t| − δ/2). */
        HUBER("HuberLoss"),
        /**
         * −p·t·log σ(x) − (1 − t)·log(1 − σ(x)), computed without overflow or cancellation; p is
         * the weight of x's class, by dimension 1, and 1 where there is none.
         */
        BCE_WITH_LOGITS("BceWithLogitsLoss"),
        /** t·(log t − x) with x a log-probability, and 0 where t is 0. */
        KL_DIV("KlDivLoss"),
        /**
         * α′·qᵞ·l of binary cross-entropy l, with q = (1 − t)·σ(x) + t·(1 − σ(x)), the probability
         * of a mistake, and α′ = α·t + (1 − α)·(1 − t), or 1 for α = −1. Where q vanishes, so does
         * the derivative of qᵞ, for γ below 1 too, where PyTorch's is NaN.
         */
        FOCAL("FocalLoss"),
        /**
         * x − t·log(x + ε), and if full the terms of t alone for t &gt; 1, by Stirling: t·log t − t
         * + log(2πt)/2.
         */
        POISSON_NLL("PoissonNllLoss"),
        /** eˣ − t·x, and if full those terms. */
        POISSON_NLL_LOG("PoissonNllLoss");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** For people, as in {@code MseLoss}. */
        public String text() {
            return text;
        }
    }

    /** Of one parameter, without weights. */
    public PointwiseLossSpec(Kind kind, double parameter, Reduction reduction) {
        this(kind, parameter, /* second= */ 0, reduction);
    }

    /** Without weights. */
    public PointwiseLossSpec(Kind kind, double parameter, double second, Reduction reduction) {
        this(kind, parameter, second, reduction, /* weighted= */ false);
    }

    /** The same with weights in the target. */
    public PointwiseLossSpec withWeights() {
        return new PointwiseLossSpec(kind, parameter, second, reduction, /* weighted= */ true);
    }

    public PointwiseLossSpec {
        switch (kind) {
            case SMOOTH_L1 -> Checks.notNegative(kind.text(), "beta", parameter);
            case HUBER -> Checks.positive(kind.text(), "delta", parameter);
            case FOCAL -> {
                Checks.notNegative(kind.text(), "gamma", parameter);
                if (second != NO_ALPHA) {
                    Checks.share(kind.text(), "alpha, unless it is -1,", second);
                }
            }
            case POISSON_NLL, POISSON_NLL_LOG -> Checks.notNegative(kind.text(), "eps", parameter);
            default -> {}
        }
    }

    /** The smooth piece of l on which x lies: −1 below, 0 around, 1 above the target. */
    public int piece(double x, double t) {
        return switch (kind) {
            case L1 -> (int) Math.signum(x - t);
            case SMOOTH_L1, HUBER -> Math.abs(x - t) > parameter ? (int) Math.signum(x - t) : 0;
            case MSE, BCE_WITH_LOGITS, KL_DIV, FOCAL, POISSON_NLL, POISSON_NLL_LOG -> 0;
        };
    }
}
