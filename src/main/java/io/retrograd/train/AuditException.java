package io.retrograd.train;

/**
 * An {@link Audit} found an operation that computed wrongly. The parameters that the model has been
 * given back may be wrong already.
 */
public final class AuditException extends TrainingException {
    private static final long serialVersionUID = 1;

    AuditException(String message, History history) {
        super(message, history);
    }
}
