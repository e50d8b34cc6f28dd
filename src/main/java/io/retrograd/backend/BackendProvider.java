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

    /** What can be used here, or why not and what to do about it. Loads as little as it can. */
    Availability probe();

    /**
     * Opens the device.
     *
     * @param precision one of {@link #precisions()}
     * @param threads how many threads to compute with; 0 for one a core
     * @param deterministic whether results must be the same bits whatever the number of threads and
     *     from run to run
     * @throws IllegalStateException if the device cannot be used; the message says what is missing
     */
    Backend open(String precision, int threads, boolean deterministic);

    /**
     * What {@link #probe} found.
     *
     * @param usable whether {@link #open} would succeed
     * @param description the device in a line, or what is missing and what to do
     */
    record Availability(boolean usable, String description) {}
}
