package io.retrograd.train;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Fills the batches of an epoch in their order: on the thread that asks for one, or some batches
 * ahead on threads of its own, which share each batch. A batch that was given is left alone until
 * the next but one is asked for.
 */
final class Prefetch implements AutoCloseable {
    /** Batches that are filled at a time, where threads do. */
    private static final int AHEAD = 3;

    /** Besides those: one in use, and one that has been given. */
    private static final int IN_USE = 2;

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final long CLOSING_SECONDS = 60;

    /** Puts a sample into a batch. */
    @FunctionalInterface
    interface Filler {
        /**
         * Puts it there.
         *
         * @param place of the sample in the epoch, from 0
         * @param n of the sample in the batch
         */
        void fill(Batch batch, int place, int n);
    }

    /** A batch on its way. */
    private record Loading(int step, Batch batch, List<Future<?>> parts) {}

    private final int samples;
    private final int threads;
    private final List<Batch> full;
    private final @Nullable Batch rest;
    private final Filler filler;
    private final @Nullable ExecutorService executor;
    private final Deque<Loading> loading = new ArrayDeque<>();
    private int submitted;
    private long waited;

    /**
     * Threads, and batches to fill.
     *
     * @param threads 0 to fill on the thread that asks
     * @param samples of an epoch
     * @param full {@link #batches} of them
     * @param rest the last batch of an epoch where that is smaller; null to leave it out
     */
    Prefetch(int threads, int samples, List<Batch> full, @Nullable Batch rest, Filler filler) {
        this.threads = threads;
        this.samples = samples;
        this.full = List.copyOf(full);
        this.rest = rest;
        this.filler = filler;
        executor = threads == 0 ? null : Executors.newFixedThreadPool(threads, Prefetch::thread);
    }

    /** The number of full batches that this many threads take. */
    static int batches(int threads) {
        return threads == 0 ? IN_USE : AHEAD + IN_USE - 1;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "retrograd-data-" + NUMBER.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    }

    /** Forgets what was filled ahead: another epoch begins. */
    void begin() {
        while (!loading.isEmpty()) {
            Loading left = loading.remove();
            left.parts.forEach(part -> part.cancel(/* mayInterruptIfRunning= */ false));
            left.parts.forEach(Prefetch::settle);
        }
        submitted = 0;
        waited = 0;
    }

    /** Seconds that {@link #batch} has taken in this epoch. */
    double waitedSeconds() {
        return waited * 1e-9;
    }

    /**
     * The batch of a step.
     *
     * @param step from 1, rising
     */
    Batch batch(int step) {
        long start = System.nanoTime();
        try {
            return executor == null ? filled(step) : awaited(executor, step);
        } finally {
            waited += System.nanoTime() - start;
        }
    }

    private Batch filled(int step) {
        Batch batch = of(step);
        fill(batch, step, 0, batch.size());
        return batch;
    }

    private Batch of(int step) {
        long end = (long) step * full.get(0).size();
        if (end <= samples) {
            return full.get(step % full.size());
        }
        if (rest == null) {
            throw new IllegalStateException("Prefetch: expected a step of the epoch, got " + step);
        }
        return rest;
    }

    private void fill(Batch batch, int step, int from, int to) {
        int first = (step - 1) * full.get(0).size();
        for (int n = from; n < to; n++) {
            filler.fill(batch, first + n, n);
        }
    }

    private int steps() {
        return samples / full.get(0).size() + (rest == null ? 0 : 1);
    }

    private Batch awaited(ExecutorService threadPool, int step) {
        if (!loading.isEmpty() && loading.element().step != step) {
            begin();
        }
        submitted = Math.max(submitted, step - 1);
        while (submitted < Math.min(steps(), step + AHEAD - 1)) {
            submitted++;
            loading.add(submit(threadPool, submitted));
        }
        Loading next = loading.remove();
        next.parts.forEach(Prefetch::await);
        return next.batch;
    }

    private Loading submit(ExecutorService threadPool, int step) {
        Batch batch = of(step);
        List<Future<?>> parts = new ArrayList<>();
        int share = (batch.size() + threads - 1) / threads;
        for (int from = 0; from < batch.size(); from += share) {
            int begin = from;
            int end = Math.min(batch.size(), from + share);
            parts.add(threadPool.submit(() -> fill(batch, step, begin, end)));
        }
        return new Loading(step, batch, parts);
    }

    /** Waits, whatever becomes of it. */
    private static void settle(Future<?> part) {
        try {
            await(part);
        } catch (RuntimeException e) {
            // Nobody uses that batch.
        }
    }

    /** Waits; what a thread has thrown is thrown here. */
    private static void await(Future<?> part) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    part.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (CancellationException e) {
            throw new IllegalStateException("Prefetch: expected a batch, got none", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            if (e.getCause() instanceof RuntimeException exception) {
                throw exception;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        begin();
        if (executor == null) {
            return;
        }
        executor.shutdown();
        try {
            executor.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
