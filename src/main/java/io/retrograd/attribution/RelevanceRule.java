package io.retrograd.attribution;

/**
 * A rule by which a layer hands its relevance down: the ε-rule, or with α above 0 the αβ-rule.
 *
 * @param epsilon what is added to the magnitude of each output, times the root of their mean square
 * @param alpha the weight of positive contributions; 0 for the ε-rule
 * @param beta the weight of negative ones, α − 1; 0 for the ε-rule
 */
public record RelevanceRule(double epsilon, double alpha, double beta) {
    public RelevanceRule {
        boolean first = alpha == 0 && beta == 0 && epsilon >= 0 && epsilon < 1;
        boolean second = epsilon == 0 && beta >= 0 && Math.abs(alpha - beta - 1) < 1e-12;
        if (!(first || second)) {
            throw new IllegalArgumentException(
                    String.format(
                            "RelevanceRule: expected an epsilon from 0 to 1, or alpha - beta = 1 and"
                                    + " beta of at least 0, got %s, %s, %s",
                            epsilon, alpha, beta));
        }
    }

    /** The ε-rule. */
    public static RelevanceRule epsilon(double share) {
        return new RelevanceRule(share, 0, 0);
    }

    /** The αβ-rule, with β = α − 1. */
    public static RelevanceRule alphaBeta(double alpha) {
        return new RelevanceRule(0, alpha, alpha - 1);
    }

    /** The z⁺-rule: positive contributions only. */
    public static RelevanceRule zPlus() {
        return alphaBeta(1);
    }

    /** Whether contributions are divided by their signs. */
    boolean bySign() {
        return alpha > 0;
    }
}
