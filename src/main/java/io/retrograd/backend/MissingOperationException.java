package io.retrograd.backend;

/** A device does not have an operation, though others do. */
public final class MissingOperationException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    /**
     * A missing operation.
     *
     * @param what in the plural, as in {@code recurrent layers}
     * @param device as in {@code --device}
     */
    public MissingOperationException(String what, String device) {
        super(what + ": not on device " + device + " yet; use --device reference");
    }

    /** Whether an exception is one of these, or was caused by one. */
    public static boolean isCauseOf(Throwable e) {
        Throwable cause = e.getCause();
        return e instanceof MissingOperationException || (cause != null && isCauseOf(cause));
    }
}
