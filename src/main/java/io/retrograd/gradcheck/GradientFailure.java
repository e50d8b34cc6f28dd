package io.retrograd.gradcheck;

/**
 * What a {@link GradientCheck} finds wrong, or cannot judge.
 *
 * @param kind which of both
 * @param tensor the name of the tensor that shows it, as in {@code 3.weight.grad}; that of an
 *     operation where it is told apart from others
 * @param message a sentence that says where, what was expected, and what was found
 */
public record GradientFailure(Kind kind, String tensor, String message) {
    /** What a failure says. */
    public enum Kind {
        /** A gradient, an output or a statistic is shown to be wrong. */
        WRONG("wrong"),

        /** Differences are too inexact here, or a kink lies too close, to say anything. */
        UNDECIDED("undecided");

        private final String word;

        Kind(String word) {
            this.word = word;
        }
    }

    @Override
    public String toString() {
        return kind.word + ": " + message;
    }
}
