package io.retrograd.backend;

/** Range checks of numbers that users pass. */
public final class Checks {
    private Checks() {}

    /** Refuses NaN and infinities. */
    public static void finite(String where, String what, double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    String.format("%s: %s must be finite, got %s", where, what, value));
        }
    }

    /** Refuses what is not above 0 and finite. */
    public static void positive(String where, String what, double value) {
        if (!(value > 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(
                    String.format("%s: %s must be above 0, got %s", where, what, value));
        }
    }

    /** Refuses what is below 0 or not finite. */
    public static void notNegative(String where, String what, double value) {
        if (!(value >= 0 && Double.isFinite(value))) {
            throw new IllegalArgumentException(
                    String.format("%s: %s must be at least 0, got %s", where, what, value));
        }
    }

    /** Refuses what is not in [0, 1). */
    public static void fraction(String where, String what, double value) {
        if (!(value >= 0 && value < 1)) {
            throw new IllegalArgumentException(
                    String.format("%s: %s must be in [0, 1), got %s", where, what, value));
        }
    }
}
