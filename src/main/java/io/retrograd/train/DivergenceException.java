package io.retrograd.train;

/**
 * Training came to a loss or a parameter that is NaN or infinite. The model has been given back the
 * parameters of the last finished epoch (those before the first, if it was that), and the history
 * up to there is kept here.
 */
public final class DivergenceException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final transient History history;

    DivergenceException(String message, History history) {
        super(message);
        this.history = history;
    }

    /** The finished epochs. */
    public History history() {
        return history;
    }
}
