package io.retrograd.backend;

import io.retrograd.host.Threads;
import java.util.List;

/** Says whether a kind of device can be used here, and opens it. Found by {@code ServiceLoader}. */
public interface BackendProvider {
    /** As in {@code --device}. */
    String name();

    /** {@code auto} takes the available provider with the highest priority. */
    int priority();

    /** The precisions that {@link #open} takes, the default first, as in {@code --precision}. */
    List<String> precisions();

    /** What can be used here, or why not and what to do about it. Loads as little as it can. */
    Availability probe();

    /** Whether {@code auto} may take it. */
    default boolean automatic() {
        return true;
    }

    /** Whether it is there to be right, and not to be fast. */
    default boolean slow() {
        return false;
    }

    /** All that is known of the device and what it needs. May load what {@link #probe} does not. */
    default Diagnosis diagnose() {
        Availability found = probe();
        return new Diagnosis(
                name(),
                found.usable(),
                List.of(new Diagnosis.Fact(name(), "", found.description())),
                List.of(),
                List.of());
    }

    /**
     * Opens the device.
     *
     * @throws IllegalStateException if the device cannot be used; the message says what is missing
     */
    Backend open(OpenOptions options);

    /**
     * Opens the device without a plan.
     *
     * @param precision one of {@link #precisions()}
     * @param threads how many threads to compute with, at most {@link Threads#most}; 0 for one a
     *     core
     * @param deterministic whether results must be the same bits whatever the number of threads and
     *     from run to run
     * @throws IllegalArgumentException for another number of threads
     * @throws IllegalStateException if the device cannot be used; the message says what is missing
     */
    default Backend open(String precision, int threads, boolean deterministic) {
        return open(OpenOptions.of(precision).threads(threads).deterministic(deterministic));
    }

    /**
     * What {@link #probe} found.
     *
     * @param usable whether {@link #open} would succeed
     * @param broken whether the device is here but something keeps it from being used, which {@code
     *     auto} does not pass over
     * @param description the device in a line, or what is missing and what to do
     */
    record Availability(boolean usable, boolean broken, String description) {
        /** A device that can be used. */
        public static Availability usable(String device) {
            return new Availability(/* usable= */ true, /* broken= */ false, device);
        }

        /** A device that is not here. */
        public static Availability missing(String why) {
            return new Availability(/* usable= */ false, /* broken= */ false, why);
        }

        /** A device that is here and does not work. */
        public static Availability broken(String why) {
            return new Availability(/* usable= */ false, /* broken= */ true, why);
        }
    }
}
