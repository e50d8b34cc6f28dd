package io.retrograd.train;

/**
 * A training that was watched broke one of the rules that every training keeps. The model is as the
 * last step left it.
 */
public final class WatchException extends IllegalStateException {
    private static final long serialVersionUID = 1;

    WatchException(String message) {
        super(message);
    }
}
