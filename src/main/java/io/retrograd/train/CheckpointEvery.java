package io.retrograd.train;

import io.retrograd.tensor.Checks;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How often a training writes a checkpoint: at the first end of an update at which so much has
 * passed since the last one.
 *
 * @param updates 0 for none of this kind
 * @param epochs 0 for none of this kind
 * @param seconds 0 for none of this kind
 */
public record CheckpointEvery(long updates, int epochs, double seconds) {
    private static final Pattern TEXT =
            Pattern.compile("([0-9]{1,9}(?:\\.[0-9]{1,9})?) ?(s|min|h|steps?|epochs?)");

    private static final double MINUTE = 60;
    private static final double HOUR = 3600;

    public CheckpointEvery {
        Checks.atLeast("CheckpointEvery", "updates", 0, updates);
        Checks.atLeast("CheckpointEvery", "epochs", 0, epochs);
        Checks.notNegative("CheckpointEvery", "seconds", seconds);
    }

    /** Only where {@link Trainer#stopWhen} ends the training. */
    public static CheckpointEvery stop() {
        return new CheckpointEvery(0, 0, 0);
    }

    /** After this many updates, at least 1. */
    public static CheckpointEvery steps(long updates) {
        if (updates < 1) {
            throw new IllegalArgumentException(
                    "CheckpointEvery: steps must be at least 1, got " + updates);
        }
        return new CheckpointEvery(updates, 0, 0);
    }

    /** At the end of an epoch, after this many, at least 1. */
    public static CheckpointEvery epochs(int epochs) {
        Checks.atLeast("CheckpointEvery", "epochs", 1, epochs);
        return new CheckpointEvery(0, epochs, 0);
    }

    /** After this time, above 0. */
    public static CheckpointEvery seconds(double seconds) {
        Checks.positive("CheckpointEvery", "seconds", seconds);
        return new CheckpointEvery(0, 0, seconds);
    }

    /**
     * What a text says: {@code 30s}, {@code 10min}, {@code 2h}, {@code 100steps}, {@code 1epoch}.
     *
     * @throws IllegalArgumentException for another text
     */
    public static CheckpointEvery parse(String text) {
        Matcher parts = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (parts.matches()) {
            double number = Double.parseDouble(parts.group(1));
            boolean whole = number == Math.rint(number);
            String unit = parts.group(2);
            if (number > 0 && (whole || unit.length() < "step".length())) {
                return switch (unit) {
                    case "s" -> seconds(number);
                    case "min" -> seconds(number * MINUTE);
                    case "h" -> seconds(number * HOUR);
                    case "step", "steps" -> steps((long) number);
                    default -> epochs((int) number);
                };
            }
        }
        throw new IllegalArgumentException(
                String.format(
                        "expected a time, steps or epochs above 0, as in 30s, 10min, 100steps or"
                                + " 1epoch, got \"%s\"",
                        text));
    }
}
