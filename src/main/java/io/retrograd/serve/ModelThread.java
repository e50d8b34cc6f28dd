package io.retrograd.serve;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The thread that uses the model: whatever waits when it is free becomes one batch. */
final class ModelThread implements AutoCloseable {
    private static final long LOOKS_MS = 100;

    private final Recognizer recognizer;
    private final BlockingQueue<Job> waiting = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::work, "retrograd-serve-model");
    private volatile boolean closed;

    @SuppressWarnings("ArrayRecordComponent")
    private record Job(double[] sample, CompletableFuture<Recognition> result) {}

    ModelThread(Recognizer recognizer) {
        this.recognizer = recognizer;
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Waits for what the network makes of a sample.
     *
     * @param millis to wait, at most
     * @throws Refusal if that is too long
     * @throws IllegalStateException if it cannot be computed
     */
    Recognition recognize(double[] sample, long millis) throws Refusal {
        Job job = new Job(sample, new CompletableFuture<>());
        waiting.add(job);
        try {
            return job.result.get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            job.result.cancel(/* mayInterruptIfRunning= */ false);
            throw Refusal.busy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.busy();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the network failed: " + e.getMessage(), e);
        }
    }

    private void work() {
        try {
            while (!closed) {
                Job first = waiting.poll(LOOKS_MS, TimeUnit.MILLISECONDS);
                if (first != null) {
                    work(first);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(Job first) {
        List<Job> jobs = new ArrayList<>(List.of(first));
        waiting.drainTo(jobs, Recognizer.BATCH - 1);
        jobs.removeIf(job -> job.result.isDone());
        if (jobs.isEmpty()) {
            return;
        }
        try {
            List<Recognition> results =
                    recognizer.recognize(jobs.stream().map(Job::sample).toList());
            for (int i = 0; i < jobs.size(); i++) {
                jobs.get(i).result.complete(results.get(i));
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            jobs.forEach(job -> job.result.completeExceptionally(e));
        }
    }

    @Override
    public void close() {
        closed = true;
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
