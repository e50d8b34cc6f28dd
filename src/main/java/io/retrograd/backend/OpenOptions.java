package io.retrograd.backend;

import io.retrograd.host.Threads;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Options for opening a device; fixed for the life of the backend.
 *
 * @param precision one of the provider's precisions
 * @param threads how many threads to compute with, at most {@link Threads#most}; 0 for one a core
 * @param deterministic whether results must be the same bits whatever the number of threads and
 *     from run to run
 * @param plan a file for what is chosen by time, so that a later run can choose the same: if it is
 *     there, it is followed, and else written; null for neither
 * @param grows whether a plan that is followed is added to, where it lacks a choice, which is
 *     otherwise an error
 */
public record OpenOptions(
        String precision, int threads, boolean deterministic, @Nullable Path plan, boolean grows) {
    public OpenOptions {
        Threads.check(threads);
    }

    /** This precision, a thread a core, whatever is fastest. */
    public static OpenOptions of(String precision) {
        return new OpenOptions(
                precision, 0, /* deterministic= */ false, /* plan= */ null, /* grows= */ false);
    }

    /** The same with this number of threads. */
    public OpenOptions threads(int count) {
        return new OpenOptions(precision, count, deterministic, plan, grows);
    }

    /** The same with results that do not depend on time or on the number of threads. */
    public OpenOptions deterministic(boolean on) {
        return new OpenOptions(precision, threads, on, plan, grows);
    }

    /** The same with a file for what is chosen by time. */
    public OpenOptions plan(@Nullable Path file) {
        return new OpenOptions(precision, threads, deterministic, file, /* grows= */ false);
    }

    /** The same with a file for what is chosen by time, which is followed and added to. */
    public OpenOptions growingPlan(Path file) {
        return new OpenOptions(precision, threads, deterministic, file, /* grows= */ true);
    }
}
