package io.retrograd.gradcheck;

/** What a check says in the end. */
public enum Verdict {
    /** Every gradient is shown to be right. */
    PASSED("passed"),

    /** Something is shown to be wrong. */
    FAILED("failed"),

    /**
     * Nothing is shown to be wrong, but not every gradient to be right: one is numerically zero
     * here, too many kinks are near, or the numbers are too inexact.
     */
    NOT_ESTABLISHED("not established");

    private final String text;

    Verdict(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
