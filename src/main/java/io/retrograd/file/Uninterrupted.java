package io.retrograd.file;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * Reading and writing that a thread's interrupt does not end: Java closes the channel of a thread
 * that is interrupted, and the file would seem to be unreadable.
 */
public final class Uninterrupted {
    private Uninterrupted() {}

    /** Opens, reads or writes, and closes; the same when done again. */
    @FunctionalInterface
    public interface Action<T> {
        T run() throws IOException;
    }

    /**
     * Runs an action, again if an interrupt ended it. The thread is interrupted afterwards if it
     * was before or has been meanwhile.
     *
     * @throws IOException what the action threw for another reason
     */
    public static <T> T run(Action<T> action) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return action.run();
                } catch (ClosedByInterruptException e) {
                    interrupted = true;
                    Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
