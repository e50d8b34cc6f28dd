package io.retrograd.cli;

import java.util.List;

/**
 * Checks of what options say: a wrong value is an {@link IllegalArgumentException} with its name.
 */
final class Values {
    private Values() {}

    /** Refuses what is below {@code least}. */
    static void atLeast(String option, long least, long value) {
        if (value < least) {
            throw wrong(option, "at least " + least, value);
        }
    }

    /** Refuses what is not above 0 and finite. */
    static void above0(String option, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw wrong(option, "a number above 0", value);
        }
    }

    /** Refuses what is below 0 or not finite. */
    static void notNegative(String option, double value) {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw wrong(option, "a number of at least 0", value);
        }
    }

    /** Refuses what is not in [0, 1). */
    static void fraction(String option, double value) {
        if (!(value >= 0 && value < 1)) {
            throw wrong(option, "a number of at least 0 and below 1", value);
        }
    }

    /** Refuses NaN and infinities. */
    static void finite(String option, double value) {
        if (!Double.isFinite(value)) {
            throw wrong(option, "a number", value);
        }
    }

    /** Refuses what is not among these. */
    static void oneOf(String option, List<String> known, String value) {
        if (!known.contains(value)) {
            throw wrong(option, "one of " + String.join(", ", known), value);
        }
    }

    /** The exception that refuses an option's value. */
    static IllegalArgumentException wrong(String option, String expected, Object got) {
        return new IllegalArgumentException(option + ": expected " + expected + ", got " + got);
    }
}
