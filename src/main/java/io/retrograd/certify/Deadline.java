package io.retrograd.certify;

/** A share of time: whoever has it begins nothing new once it is over. */
record Deadline(long end) {
    private static final double NANOS = 1e9;

    static Deadline in(double seconds) {
        return new Deadline(System.nanoTime() + (long) (seconds * NANOS));
    }

    /** Seconds left, at least 0. */
    double left() {
        return Math.max(0, (end - System.nanoTime()) / NANOS);
    }

    boolean over() {
        return left() == 0;
    }

    /** One of as many equal parts of what is left. */
    Deadline part(int parts) {
        return in(left() / parts);
    }
}
