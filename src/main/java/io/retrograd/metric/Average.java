package io.retrograd.metric;

/** How scores of several classes become one. */
public enum Average {
    /** The mean of the classes' scores, each with the same weight. */
    MACRO("_macro"),
    /** The score of the sums of the classes' counts. */
    MICRO("_micro"),
    /** The score of class 1 alone. */
    BINARY("");

    private final String suffix;

    Average(String suffix) {
        this.suffix = suffix;
    }

    /** What it adds to a score's name, as in {@code f1_macro}. */
    String suffix() {
        return suffix;
    }
}
