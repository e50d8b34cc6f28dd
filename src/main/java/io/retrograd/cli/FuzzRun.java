package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.gradcheck.Verdict;
import io.retrograd.gradcheck.fuzz.CaseFiles;
import io.retrograd.gradcheck.fuzz.Fuzz;
import io.retrograd.gradcheck.fuzz.FuzzCase;
import io.retrograd.gradcheck.fuzz.Shrinker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A gradient check of layers drawn at random, or of one drawn before. */
final class FuzzRun {
    private static final long SECOND = 1_000_000_000L;
    private static final long SHRINKING = 30;

    private final FuzzOptions options;
    private final DeviceOptions device;
    private final boolean json;
    private final PrintWriter out;
    private final List<Map<String, Object>> failures = new ArrayList<>();

    FuzzRun(FuzzOptions options, DeviceOptions device, boolean json, PrintWriter out) {
        this.options = options;
        this.device = device;
        this.json = json;
        this.out = out;
    }

    /**
     * Runs it.
     *
     * @param given the seed of all cases; null for another each time
     * @return the exit code: 1 if a case failed
     */
    int run(@Nullable Long given) throws IOException {
        try (Backend backend = device.open()) {
            Fuzz fuzz = new Fuzz(backend, Set.copyOf(options.kinds()));
            Long replay = options.replay();
            return replay == null
                    ? run(fuzz, backend, given == null ? seed() : given)
                    : replay(fuzz, backend, replay);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static long seed() {
        return new SecureRandom().nextLong() >>> 1;
    }

    private int run(Fuzz fuzz, Backend backend, long seed) {
        say("%s%n", device.describe());
        say("fuzz of %d s, --seed %d%n", options.seconds(), seed);
        fuzz.run(seed, within(options.seconds()), result -> failed(fuzz, backend, result));
        int failed = fuzz.count(Verdict.FAILED);
        say("%-22s %8s %8s %16s%n", "layer", "passed", "failed", "not established");
        Map<String, Object> layers = new LinkedHashMap<>();
        for (String kind : fuzz.drawn()) {
            Map<String, Object> counts = new LinkedHashMap<>();
            for (Verdict verdict : Verdict.values()) {
                counts.put(key(verdict), fuzz.count(kind, verdict));
            }
            layers.put(kind, counts);
            say("%-22s %8s %8s %16s%n", row(kind, counts));
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("seed", seed);
        all.put("device", backend.name());
        all.put("precision", device.precision());
        for (Verdict verdict : Verdict.values()) {
            all.put(key(verdict), fuzz.count(verdict));
        }
        say(
                "%d passed, %d failed, %d not established%n",
                fuzz.count(Verdict.PASSED), failed, fuzz.count(Verdict.NOT_ESTABLISHED));
        all.put("layers", layers);
        all.put("failures", failures);
        end(all);
        return failed == 0 ? 0 : 1;
    }

    private int replay(Fuzz fuzz, Backend backend, long seed) {
        Fuzz.Result result = fuzz.check(FuzzCase.of(seed));
        if (result.failed()) {
            failed(fuzz, backend, result);
        } else {
            say("seed %d, %s: %s: %s%n", seed, result.drawn(), result.verdict(), result.reason());
        }
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("seed", seed);
        all.put("device", backend.name());
        all.put("precision", device.precision());
        all.put("layer", result.drawn().toString());
        all.put("verdict", result.verdict().toString());
        all.put("reason", result.reason());
        all.put("failures", failures);
        end(all);
        return result.failed() ? 1 : 0;
    }

    private static Object[] row(String kind, Map<String, Object> counts) {
        List<Object> row = new ArrayList<>();
        row.add(kind);
        row.addAll(counts.values());
        return row.toArray();
    }

    private static String key(Verdict verdict) {
        return verdict.toString().replace(' ', '_');
    }

    /** Makes it smaller, writes it, and tells it in a line. */
    private void failed(Fuzz fuzz, Backend backend, Fuzz.Result result) {
        FuzzCase drawn = result.drawn();
        FuzzCase smallest =
                new Shrinker(smaller -> fuzz.check(smaller).failed(), within(SHRINKING))
                        .shrink(drawn);
        String reason = fuzz.check(smallest).reason();
        List<String> files = files(smallest, backend);
        String again =
                String.format(
                        "gradcheck --replay %d --device %s --precision %s",
                        drawn.seed(), backend.name(), device.precision());
        say(
                "FAILED seed %d: %s; smallest: %s: %s; %s; again: %s%n",
                drawn.seed(), drawn, smallest, reason, String.join(", ", files), again);
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("seed", drawn.seed());
        map.put("layer", drawn.kind());
        map.put("case", drawn.toString());
        map.put("verdict", result.verdict().toString());
        map.put("reason", reason);
        map.put("smallest", smallest.toString());
        map.put("files", files);
        map.put("replay", again);
        failures.add(map);
    }

    private List<String> files(FuzzCase smallest, Backend backend) {
        try {
            return new CaseFiles(options.out(), backend.name(), device.precision())
                    .write(smallest, backend).stream().map(Path::toString).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            say("no files of seed %d: %s%n", smallest.seed(), e);
            return List.of();
        }
    }

    private static BooleanSupplier within(long seconds) {
        long end = System.nanoTime() + seconds * SECOND;
        return () -> System.nanoTime() < end;
    }

    private void say(String format, Object... values) {
        if (!json) {
            out.printf(format, values);
            out.flush();
        }
    }

    private void end(Map<String, Object> all) {
        if (json) {
            out.println(Json.line(all));
        }
    }
}
