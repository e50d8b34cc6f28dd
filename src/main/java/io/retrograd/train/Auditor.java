package io.retrograd.train;

import io.retrograd.backend.Node;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.Binding;
import io.retrograd.tensor.Philox;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Draws operations to audit, copies what they do in a step, and has it compared meanwhile. */
final class Auditor implements AutoCloseable {
    /** Operations are drawn from a stream of their own. */
    private static final long STREAM = 1L << 60;

    private final Audit audit;
    private final Parameters parameters;
    private final ExecutorService background =
            Executors.newSingleThreadExecutor(
                    task -> {
                        Thread thread = new Thread(task, "audit");
                        thread.setDaemon(true);
                        return thread;
                    });
    private @Nullable Future<AuditResult> running;
    private long next = 1;
    private long started = System.nanoTime();
    private double pause;
    private long drawn;

    Auditor(Audit audit, Parameters parameters) {
        this.audit = audit;
        this.parameters = parameters;
    }

    /** What comes next. A comparison that still runs is not kept. */
    TrainingProgress.NextAudit next() {
        return new TrainingProgress.NextAudit(next, drawn);
    }

    /** Goes on from there. */
    void resume(TrainingProgress.NextAudit from) {
        next = from.batch();
        drawn = from.drawn();
    }

    /** Whether the step of this number, from 1, is to run by {@link #run}. */
    boolean due(long step) {
        return step >= next && running == null && (System.nanoTime() - started) * 1e-9 >= pause;
    }

    /** Runs both passes, and has one operation of them compared. */
    void run(Binding binding, long step) {
        next = step + audit.every();
        started = System.nanoTime();
        List<Node> nodes = binding.nodes();
        double uniform = Philox.uniform(parameters.seed(), STREAM, drawn++);
        Node node = nodes.get((int) (uniform * nodes.size()));
        OperationTrace trace = new OperationTrace(node, parameters.states(), step);
        binding.run(trace);
        running =
                background.submit(
                        new AuditComparison(trace, parameters.backend(), parameters.seed()));
    }

    /** The result of a comparison that has ended, returned once. */
    Optional<AuditResult> poll() {
        return running == null || !running.isDone() ? Optional.empty() : await();
    }

    /** The same, after waiting for a running comparison. */
    Optional<AuditResult> await() {
        Future<AuditResult> last = running;
        running = null;
        if (last == null) {
            return Optional.empty();
        }
        try {
            AuditResult result = last.get();
            pause = result.seconds() / audit.share();
            return Optional.of(result);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Audit: failed to compare: " + e.getCause(), e);
        } catch (InterruptedException | CancellationException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Gives up what still runs. */
    @Override
    public void close() {
        background.shutdownNow();
    }
}
