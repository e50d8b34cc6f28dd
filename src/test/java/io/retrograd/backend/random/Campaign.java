package io.retrograd.backend.random;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs random cases for some time, on each target in turn, two processes at a time. */
final class Campaign {
    private static final int PROCESSES = 2;

    /** The longest run of one process: a case that kills it ends the rest of its time. */
    private static final int LONGEST_SECONDS = 120;

    private final Path folder;
    private final List<String> options;
    private final List<Callable<PlanProcess.Told>> processes = new ArrayList<>();

    /**
     * A campaign.
     *
     * @param folder for its files
     * @param options the options of the processes' Java
     */
    Campaign(Path folder, List<String> options) {
        this.folder = folder;
        this.options = List.copyOf(options);
    }

    /** Adds cases for about this many seconds. */
    Campaign random(long seed, int seconds, List<PlanTarget> targets) {
        int each = PROCESSES * seconds / targets.size();
        int rounds = Math.max(1, (each + LONGEST_SECONDS - 1) / LONGEST_SECONDS);
        SplittableRandom seeds = new SplittableRandom(seed);
        for (int round = 0; round < rounds; round++) {
            for (PlanTarget target : targets) {
                add(target, Math.max(1, each / rounds), "seconds", seeds.nextLong());
            }
        }
        return this;
    }

    /** Adds this many cases. */
    Campaign cases(long seed, int count, PlanTarget target) {
        add(target, count, "cases", seed);
        return this;
    }

    /** Adds one case. */
    Campaign single(long seed, PlanTarget target) {
        PlanProcess process = next(target);
        processes.add(() -> process.run(0, "case", Long.toString(seed)));
        return this;
    }

    /** Adds cases, of which each takes less than a second. */
    private void add(PlanTarget target, int number, String unit, long seed) {
        PlanProcess process = next(target);
        processes.add(
                () -> process.run(number, unit, Integer.toString(number), Long.toString(seed)));
    }

    private PlanProcess next(PlanTarget target) {
        return new PlanProcess(folder.resolve(Integer.toString(processes.size())), target, options);
    }

    /** Runs what was added. */
    PlanProcess.Told run() throws IOException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(PROCESSES);
        try {
            int count = 0;
            List<String> failures = new ArrayList<>();
            for (Future<PlanProcess.Told> told : pool.invokeAll(processes)) {
                count += told.get().count();
                failures.addAll(told.get().failures());
            }
            return new PlanProcess.Told(count, failures);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }
}
