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
 * @param parameter β of smooth L1, δ of Huber; 0 for the others
 * @param weighted whether the target holds weights, too
 */
public record PointwiseLossSpec(
        Kind kind, double parameter, Reduction reduction, boolean weighted) {
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
        KL_DIV("KlDivLoss");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        /** For people, as in {@code MseLoss}. */
        public String text() {
            return text;
        }
    }

    /** Without weights. */
    public PointwiseLossSpec(Kind kind, double parameter, Reduction reduction) {
        this(kind, parameter, reduction, /* weighted= */ false);
    }

    public PointwiseLossSpec {
        switch (kind) {
            case SMOOTH_L1 -> Checks.notNegative(kind.text(), "beta", parameter);
            case HUBER -> Checks.positive(kind.text(), "delta", parameter);
            default -> {}
        }
    }

    /** The smooth piece of l on which x lies: −1 below, 0 around, 1 above the target. */
    public int piece(double x, double t) {
        return switch (kind) {
            case L1 -> (int) Math.signum(x - t);
            case SMOOTH_L1, HUBER -> Math.abs(x - t) > parameter ? (int) Math.signum(x - t) : 0;
            case MSE, BCE_WITH_LOGITS, KL_DIV -> 0;
        };
    }
}
