package io.retrograd.backend;

import java.util.List;

/** Says whether a kind of device can be used here, and opens it. Found by {@code ServiceLoader}. */
public interface BackendProvider {
    /** As in {@code --device}. */
    String name();

    /** {@code auto} takes the available provider with the highest priority. */
    int priority();

    /** The precisions that {@link #open} takes, the default first, as in {@code --precision}. */
    List<String> precisions();

    /**
     * Finds out whether the device can be used here, and if not, why; loads as little as it can.
     */
    Availability probe();

    /** Whether {@code auto} may take it. */
    default boolean automatic() {
        return true;
    }

    /** Whether it is meant to be right rather than fast. */
    default boolean slow() {
        return false;
    }

    /** Examines the device and its requirements; may load what {@link #probe} does not. */
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
     * One of several such devices, as in {@code cuda:1}.
     *
     * @param number counts from 0
     * @throws IllegalArgumentException if there is only one
     */
    default BackendProvider numbered(int number) {
        throw new IllegalArgumentException(
                String.format(
                        "device: expected %s, of which there is one, got %s:%d",
                        name(), name(), number));
    }

    /**
     * Opens the device.
     *
     * @throws IllegalStateException if the device cannot be used; the message says what is missing
     */
    Backend open(OpenOptions options);

    /**
     * The result of {@link #probe}.
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
