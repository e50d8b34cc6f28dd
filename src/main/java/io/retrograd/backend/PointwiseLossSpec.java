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
        MSE,
        /** |x − t|; its derivative at 0 is 0. */
        L1,
        /** (x − t)² / (2β) for |x − t| &lt; β, else |x − t| − β/2. */
        SMOOTH_L1,
        /** (x − t)² / 2 for |x − t| ≤ δ, else δ·(|x − t| − δ/2). */
        HUBER,
        /** −t·log σ(x) − (1 − t)·log(1 − σ(x)), computed without overflow. */
        BCE_WITH_LOGITS,
        /** t·(log t − x) with x a log-probability, and 0 where t is 0. */
        KL_DIV
    }

    public PointwiseLossSpec {
        switch (kind) {
            case SMOOTH_L1 -> Checks.notNegative("SmoothL1Loss", "beta", parameter);
            case HUBER -> Checks.positive("HuberLoss", "delta", parameter);
            default -> {}
        }
    }
}
