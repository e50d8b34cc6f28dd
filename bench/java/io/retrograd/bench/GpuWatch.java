package io.retrograd.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks {@code nvidia-smi} ten times a second for the first GPU's power, memory and clock while
 * something runs.
 */
final class GpuWatch implements AutoCloseable {
    private static final List<String> COMMAND =
            List.of(
                    "nvidia-smi",
                    "--id=0",
                    "--query-gpu=power.draw,memory.used,clocks.sm",
                    "--format=csv,noheader,nounits",
                    "--loop-ms=100");

    private final @Nullable Process process;
    private final Path file;

    /**
     * The reports.
     *
     * @param watts mean over the half of the readings that took most, which leaves out loading
     * @param peakMib most memory in use, by all processes
     * @param megahertz median of the multiprocessors' clock
     */
    record Reading(double watts, double peakMib, double megahertz) {}

    /** Begins to ask, if there is such a program. */
    GpuWatch() throws IOException {
        this(COMMAND);
    }

    GpuWatch(List<String> command) throws IOException {
        file = Files.createTempFile("bench", ".gpu");
        process = start(command, file);
    }

    private static @Nullable Process start(List<String> command, Path file) {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(file.toFile())
                    .start();
        } catch (IOException e) {
            return null;
        }
    }

    /** The reports so far; null if there were none. */
    @Nullable Reading reading() throws IOException {
        List<double[]> rows;
        try (Stream<String> lines = Files.lines(file)) {
            rows = lines.filter(line -> line.matches("[\\d., ]+")).map(GpuWatch::row).toList();
        }
        rows = rows.stream().filter(row -> row.length == 3).toList();
        if (rows.isEmpty()) {
            return null;
        }
        double[] watts = rows.stream().mapToDouble(row -> row[0]).sorted().toArray();
        double sum = 0;
        for (int i = watts.length / 2; i < watts.length; i++) {
            sum += watts[i];
        }
        return new Reading(
                sum / (watts.length - watts.length / 2),
                rows.stream().mapToDouble(row -> row[1]).max().orElseThrow(),
                Stats.median(rows.stream().map(row -> row[2]).toList()));
    }

    /** The first reading, for which it waits up to ten seconds; null if there is none. */
    @Nullable Reading await() throws IOException {
        Reading reading = reading();
        for (int i = 0; reading == null && process != null && i < 100; i++) {
            LockSupport.parkNanos(100_000_000);
            reading = reading();
        }
        return reading;
    }

    private static double[] row(String line) {
        return Stream.of(line.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
    }

    @Override
    public void close() throws IOException {
        if (process != null) {
            process.destroy();
        }
        Files.deleteIfExists(file);
    }
}
