package io.retrograd.train;

/**
 * Training had to end. The model has been given back the parameters of the last finished epoch
 * (those before the first, if it was that), and the history up to there is kept here.
 */
public abstract sealed class TrainingException extends IllegalStateException
        permits AuditException, DivergenceException {
    private static final long serialVersionUID = 1;

    private final transient History history;

    TrainingException(String message, History history) {
        super(message);
        this.history = history;
    }

    /** The finished epochs. */
    public final History history() {
        return history;
    }
}
