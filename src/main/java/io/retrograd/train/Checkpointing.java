package io.retrograd.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Says when a checkpoint is due, and has a thread of its own write it. While one is written none is
 * due: the next one comes at the first end of an update behind that.
 */
final class Checkpointing implements AutoCloseable {
    private final CheckpointStore store;
    private final CheckpointEvery every;
    private final ExecutorService writer =
            Executors.newSingleThreadExecutor(
                    task -> {
                        Thread thread = new Thread(task, "checkpoint");
                        thread.setDaemon(true);
                        return thread;
                    });
    private @Nullable Future<?> writing;
    private long updates;
    private int epochs;
    private long nanos = System.nanoTime();

    /** The first is due so much behind these numbers of updates and finished epochs. */
    Checkpointing(CheckpointStore store, CheckpointEvery every, long updates, int epochs) {
        this.store = store;
        this.every = every;
        this.updates = updates;
        this.epochs = epochs;
    }

    /**
     * Whether one is due.
     *
     * @throws UncheckedIOException if the last one could not be written
     */
    boolean due(long updatesDone, int epochsDone) {
        if (writing != null && writing.isDone()) {
            await();
        }
        if (writing != null) {
            return false;
        }
        return (every.updates() > 0 && updatesDone - updates >= every.updates())
                || (every.epochs() > 0 && epochsDone - epochs >= every.epochs())
                || (every.seconds() > 0 && (System.nanoTime() - nanos) * 1e-9 >= every.seconds());
    }

    /** Begins to write one, behind one that is being written. */
    void write(TrainingState state) {
        await();
        updates = state.progress().updates();
        epochs = state.progress().epochs().size();
        nanos = System.nanoTime();
        writing =
                writer.submit(
                        () -> {
                            store.save(state);
                            return state;
                        });
    }

    /**
     * Waits until the last one is written.
     *
     * @throws UncheckedIOException if it could not be
     */
    void await() {
        Future<?> last = writing;
        writing = null;
        if (last == null) {
            return;
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    last.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException failure(@Nullable Throwable cause) {
        if (cause instanceof IOException e) {
            return new UncheckedIOException(e.getMessage(), e);
        }
        return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
    }

    /** Waits for the last one, whether or not it can be written. */
    @Override
    public void close() {
        try {
            await();
        } catch (RuntimeException e) {
            // The training has ended for another reason.
        } finally {
            writer.shutdown();
        }
    }
}
