package io.retrograd.train;

/**
 * An {@link Audit} found an operation that computed wrongly. The model has been given back the
 * parameters of the last finished epoch (those before the first, if it was that), which may be
 * wrong already.
 */
public final class AuditException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    private final transient History history;

    AuditException(String message, History history) {
        super(message);
        this.history = history;
    }

    /** The finished epochs. */
    public History history() {
        return history;
    }
}
