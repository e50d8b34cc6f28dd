package io.retrograd.serve;

/** A request that is not answered as it wants to be, with the reason for its sender. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    static final int BAD_REQUEST = 400;
    static final int NOT_FOUND = 404;
    static final int WRONG_METHOD = 405;
    static final int TOO_LARGE = 413;
    static final int WRONG_HOST = 421;
    static final int FAILED = 500;
    static final int BUSY = 503;

    private final int status;

    Refusal(int status, String reason) {
        super(reason);
        this.status = status;
    }

    /** Too much to do: try again in a moment. */
    static Refusal busy() {
        return new Refusal(BUSY, "too many pictures are waiting; try again in a moment");
    }

    int status() {
        return status;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
