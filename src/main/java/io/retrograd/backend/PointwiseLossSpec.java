package io.retrograd.backend;

/**
 * A loss that compares x and target t element by element: {@code L = Σ l(x, t)}, for MEAN divided
 * by the number of elements.
 *
 * @param kind which comparison
 * @param parameter β of smooth L1, δ of Huber; 0 for the others
 */
public record PointwiseLossSpec(Kind kind, double parameter, Reduction reduction) {
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
        /** −t·log σ(x) − (1 − t)·log(1 − σ(x)), computed without overflow or cancellation. */
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

    public PointwiseLossSpec {
        switch (kind) {
            case SMOOTH_L1 -> Checks.notNegative(kind.text(), "beta", parameter);
            case HUBER -> Checks.positive(kind.text(), "delta", parameter);
            default -> {}
        }
    }

    /** l(x, t), without intermediate results that overflow or vanish where it does not. */
    public double value(double x, double t) {
        double d = x - t;
        double size = Math.abs(d);
        return switch (kind) {
            case MSE -> d * d;
            case L1 -> size;
            case SMOOTH_L1 -> size < parameter ? size / parameter * size / 2 : size - parameter / 2;
            case HUBER -> size <= parameter ? d / 2 * d : parameter * (size - parameter / 2);
            // Of t in [0, 1] a sum of two terms above 0; e^−|x| lies in (0, 1].
            case BCE_WITH_LOGITS ->
                    (x > 0 ? x * (1 - t) : -x * t) + Math.log1p(Math.exp(-Math.abs(x)));
            case KL_DIV -> t != 0 ? t * (Math.log(t) - x) : Double.isNaN(x) ? x : 0;
        };
    }

    /** ∂l/∂x(x, t). */
    public double derivative(double x, double t) {
        double d = x - t;
        double size = Math.abs(d);
        return switch (kind) {
            case MSE -> 2 * d;
            case L1 -> Math.signum(d);
            case SMOOTH_L1 -> size < parameter ? d / parameter : Math.signum(d);
            case HUBER -> size <= parameter ? d : parameter * Math.signum(d);
            // σ(x) − t as (1 − t)·σ(x) − t·σ(−x), which keeps its digits near 0.
            case BCE_WITH_LOGITS -> {
                double e = Math.exp(-Math.abs(x));
                yield ((1 - t) * (x >= 0 ? 1 : e) - t * (x >= 0 ? e : 1)) / (1 + e);
            }
            case KL_DIV -> -t;
        };
    }

    /** Which smooth piece of l, below, around or above the target, x lies on: −1, 0 or 1. */
    public int piece(double x, double t) {
        return switch (kind) {
            case L1 -> (int) Math.signum(x - t);
            case SMOOTH_L1, HUBER -> Math.abs(x - t) > parameter ? (int) Math.signum(x - t) : 0;
            case MSE, BCE_WITH_LOGITS, KL_DIV -> 0;
        };
    }
}
