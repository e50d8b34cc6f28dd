package io.retrograd.train;

/** Training came to a loss or a parameter that is NaN or infinite. */
public final class DivergenceException extends TrainingException {
    private static final long serialVersionUID = 1;

    DivergenceException(String message, History history) {
        super(message, history);
    }
}
