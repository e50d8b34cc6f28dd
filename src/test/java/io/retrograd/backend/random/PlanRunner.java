package io.retrograd.backend.random;

import io.retrograd.backend.conformance.Device;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs cases one after the other, in a process of its own as they may end it. Each is written to a
 * file before it begins, and every failure to another.
 *
 * <pre>
 *   PlanRunner FOLDER seconds N SEED    cases for so long
 *   PlanRunner FOLDER cases N SEED      the number of cases
 *   PlanRunner FOLDER case SEED         one case
 * </pre>
 */
public final class PlanRunner {
    /** The case that runs. */
    static final String CASE = "case.txt";

    /** The number of cases run. */
    static final String COUNT = "count.txt";

    /** The cases that failed, and why. */
    static final String FAILURES = "failures.txt";

    /** Exit code where any failed. */
    static final int FAILED = 10;

    /** Fails ({@code failure}) or ends ({@code end}) where it is set. */
    static final String PLANT = "retrograd.random.plant";

    private static final int MOST_FAILURES = 20;
    private static final int TRACE_LINES = 12;
    private static final long SECOND = 1_000_000_000L;

    private final Path folder;
    private final List<Device> devices =
            Stream.concat(Device.all().stream(), Device.lowPrecision().stream()).toList();
    private int failures;

    private PlanRunner(Path folder) {
        this.folder = folder;
    }

    public static void main(String[] args) throws IOException {
        PlanRunner runner = new PlanRunner(Path.of(args[0]));
        if (runner.devices.isEmpty()) {
            return; // The stand-in is not built here.
        }
        switch (args[1]) {
            case "seconds" -> {
                long end = System.nanoTime() + Long.parseLong(args[2]) * SECOND;
                runner.run(Long.parseLong(args[3]), count -> System.nanoTime() < end);
            }
            case "cases" -> {
                int cases = Integer.parseInt(args[2]);
                runner.run(Long.parseLong(args[3]), count -> count < cases);
            }
            default -> runner.run(Long.parseLong(args[2]));
        }
        System.exit(runner.failures == 0 ? 0 : FAILED);
    }

    private void run(long first, IntPredicate more) throws IOException {
        SplittableRandom seeds = new SplittableRandom(first);
        for (int i = 0; more.test(i) && failures < MOST_FAILURES; i++) {
            run(seeds.nextLong());
            Files.writeString(folder.resolve(COUNT), Integer.toString(i + 1));
        }
    }

    private void run(long seed) throws IOException {
        Path file = folder.resolve(CASE);
        Files.writeString(file, "case " + seed + ": being drawn");
        PlanCase drawn = PlanCase.draw(seed, devices);
        Files.writeString(file, drawn.describe());
        try {
            plant();
            drawn.run(folder);
        } catch (AssertionError | RuntimeException e) {
            failures++;
            Files.writeString(
                    folder.resolve(FAILURES),
                    drawn.describe() + "\n  " + why(e) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    /** The message; where it is no result that differs, where it comes from, too. */
    private static String why(Throwable failure) {
        if (failure instanceof AssertionError) {
            return String.valueOf(failure.getMessage());
        }
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace, /* autoFlush= */ true));
        return trace.toString().lines().limit(TRACE_LINES).collect(Collectors.joining("\n  "));
    }

    private static void plant() {
        switch (System.getProperty(PLANT, "")) {
            case "failure" -> throw new AssertionError("planted");
            case "end" -> Runtime.getRuntime().halt(FAILED + 1);
            default -> {}
        }
    }
}
