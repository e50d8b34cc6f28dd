package io.retrograd.metric;

/**
 * A score of a class by counts: r samples of the class that are predicted as it, p that are
 * predicted as it, a that are of it. A score is 0 where it would be 0/0, as in scikit-learn.
 */
enum Score {
    /** r / p. */
    PRECISION("precision"),
    /** r / a. */
    RECALL("recall"),
    /** 2·r / (p + a), the harmonic mean of both. */
    F1("f1"),
    /** r / (p + a − r), intersection over union. */
    IOU("iou");

    private final String text;

    Score(String text) {
        this.text = text;
    }

    /** For people. */
    String text() {
        return text;
    }

    double of(long right, long predicted, long actual) {
        long dividend = this == F1 ? 2 * right : right;
        long divisor =
                switch (this) {
                    case PRECISION -> predicted;
                    case RECALL -> actual;
                    case F1 -> predicted + actual;
                    case IOU -> predicted + actual - right;
                };
        return divisor == 0 ? 0 : (double) dividend / divisor;
    }
}
