package io.retrograd.backend;

/** What {@link UpdateRule.Muon} scales an orthogonal step by, for each matrix. */
public enum MuonScale {
    /** {@code √max(1, rows / columns)}: the authors'. */
    ORIGINAL,

    /**
     * {@code 0.2·√max(rows, columns)}: elements change as much as with AdamW, so that its learning
     * rates and weight decays fit. Source: J. Liu et al., Muon is scalable for LLM training, 2025.
     */
    MATCH_ADAMW;

    private static final double ADAMW_CHANGE = 0.2;

    /** The factor of a matrix. */
    double factor(int rows, int columns) {
        return switch (this) {
            case ORIGINAL -> Math.sqrt(Math.max(1, rows / (double) columns));
            case MATCH_ADAMW -> ADAMW_CHANGE * Math.sqrt(Math.max(rows, columns));
        };
    }
}
