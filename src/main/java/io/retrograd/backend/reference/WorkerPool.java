package io.retrograd.backend.reference;

import io.retrograd.tensor.DeviceLock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share the iterations of a loop, without allocating.
 *
 * <p>Each iteration runs on one thread, whole: as long as iterations write disjoint elements, the
 * result does not depend on the number of threads. For the one caller that has the device.
 */
final class WorkerPool implements AutoCloseable {
    /** Iterations of a loop, any of which may run at the same time as any other. */
    @FunctionalInterface
    interface Body {
        void run(int iteration);
    }

    /** The number of times a waiting thread looks before it sleeps: about 20 µs. */
    private static final int SPINS = 2_000;

    private final DeviceLock lock;
    private final Thread[] workers;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger running = new AtomicInteger();
    private @Nullable Body body;
    private int count;
    private @Nullable Thread caller;
    private volatile @Nullable Throwable failure;
    private final AtomicInteger round = new AtomicInteger();
    private volatile boolean closed;

    /**
     * A pool of threads.
     *
     * @param lock that callers have
     * @param threads how many, the caller among them
     */
    WorkerPool(DeviceLock lock, int threads) {
        this.lock = lock;
        workers = new Thread[threads - 1];
        for (int i = 0; i < workers.length; i++) {
            workers[i] = new Thread(this::work, "retrograd-reference-" + (i + 1));
            workers[i].setDaemon(true);
            workers[i].start();
        }
    }

    /** Runs {@code body} for 0 to {@code iterations} − 1 and returns when all are done. */
    void run(int iterations, Body loop) {
        lock.requireHeld();
        if (workers.length == 0 || iterations == 1) {
            for (int i = 0; i < iterations; i++) {
                loop.run(i);
            }
            return;
        }
        body = loop;
        count = iterations;
        caller = Thread.currentThread();
        failure = null;
        next.set(0);
        running.set(workers.length);
        round.incrementAndGet();
        for (Thread worker : workers) {
            LockSupport.unpark(worker);
        }
        share(loop);
        for (int spins = 0; running.get() > 0; spins++) {
            pause(spins);
        }
        Throwable thrown = failure;
        if (thrown != null) {
            throw new IllegalStateException(String.valueOf(thrown.getMessage()), thrown);
        }
    }

    private void work() {
        int seen = 0;
        while (!closed) {
            for (int spins = 0; round.get() == seen && !closed; spins++) {
                pause(spins);
            }
            if (closed) {
                return;
            }
            seen = round.get();
            Body loop = body;
            if (loop != null) {
                share(loop);
            }
            if (running.decrementAndGet() == 0) {
                LockSupport.unpark(caller);
            }
        }
    }

    private void share(Body loop) {
        try {
            for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
                loop.run(i);
            }
        } catch (RuntimeException | Error e) {
            failure = e;
            next.set(count);
        }
    }

    private static void pause(int spins) {
        if (spins < SPINS) {
            Thread.onSpinWait();
        } else {
            LockSupport.park();
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Thread worker : workers) {
            LockSupport.unpark(worker);
        }
    }
}
