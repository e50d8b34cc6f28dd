package io.retrograd.train;

/** A state is not one of this training: of another network, other data, or other settings. */
public final class ResumeException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    ResumeException(String message) {
        super(message);
    }
}
