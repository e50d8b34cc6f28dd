package io.retrograd.gradcheck.fuzz;

import io.retrograd.backend.Backend;
import io.retrograd.backend.MemoryException;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.gradcheck.Verdict;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Draws cases by seed and checks them on a device: outputs against the reference, gradients by
 * differences, by the adjoint identity where the layer is linear, and against the reference.
 */
public final class Fuzz {
    /** After this many failures of a kind it is not drawn any more. */
    private static final int MOST_FAILURES = 3;

    private final Backend device;
    private final Set<String> kinds;
    private final Map<String, Map<Verdict, Integer>> counts = new TreeMap<>();

    /** What became of a case. */
    public record Result(FuzzCase drawn, Verdict verdict, String reason) {
        public boolean failed() {
            return verdict == Verdict.FAILED;
        }
    }

    /**
     * A fuzz of a device, which stays open.
     *
     * @param kinds those to draw, of {@link FuzzKinds#names}; all if empty
     */
    public Fuzz(Backend device, Set<String> kinds) {
        this.device = device;
        this.kinds = Set.copyOf(kinds);
    }

    /** Draws and checks cases while there is to be more, and tells those that fail. */
    public void run(long seed, BooleanSupplier more, Consumer<Result> failed) {
        SplittableRandom seeds = new SplittableRandom(seed);
        while (more.getAsBoolean()) {
            long next = seeds.nextLong() >>> 1;
            String kind = FuzzCase.kind(next);
            boolean wanted = kinds.isEmpty() || kinds.contains(kind);
            if (wanted && count(kind, Verdict.FAILED) < MOST_FAILURES) {
                Result result = check(FuzzCase.of(next));
                counts.computeIfAbsent(kind, key -> new EnumMap<>(Verdict.class))
                        .merge(result.verdict, 1, Integer::sum);
                if (result.failed()) {
                    failed.accept(result);
                }
            }
        }
    }

    /** Checks one case. */
    public Result check(FuzzCase drawn) {
        try {
            GradientReport report = drawn.check().on(device).run();
            return new Result(drawn, report.verdict(), report.reason());
        } catch (MemoryException e) {
            return new Result(drawn, Verdict.NOT_ESTABLISHED, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            Verdict verdict = refused(drawn) ? Verdict.NOT_ESTABLISHED : Verdict.FAILED;
            return new Result(drawn, verdict, "expected numbers, got " + e);
        }
    }

    /** Whether the reference cannot check it either. */
    private static boolean refused(FuzzCase drawn) {
        try {
            drawn.check().run();
            return false;
        } catch (IllegalArgumentException e) {
            return true;
        }
    }

    /** The number of cases of a kind with this verdict. */
    public int count(String kind, Verdict verdict) {
        return counts.getOrDefault(kind, Map.of()).getOrDefault(verdict, 0);
    }

    /** The kinds of which there were cases. */
    public Set<String> drawn() {
        return counts.keySet();
    }

    /** The number of cases with this verdict. */
    public int count(Verdict verdict) {
        return counts.keySet().stream().mapToInt(kind -> count(kind, verdict)).sum();
    }
}
