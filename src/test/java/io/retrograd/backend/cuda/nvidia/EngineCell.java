package io.retrograd.backend.cuda.nvidia;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What cuDNN has for all convolutions of a network, on one GPU in one precision; workspaces above
 * the cap do not count.
 *
 * @param engines of the pass that has the fewest
 * @param deterministic of the pass that has the fewest
 * @param mebibytes the largest workspace
 */
record EngineCell(int engines, int deterministic, long mebibytes) {
    private static final Pattern TEXT = Pattern.compile("(\\d+) / (\\d+), ([\\d,]+) MiB");
    private static final long MEBIBYTE = 1 << 20;

    /**
     * Sums up the passes.
     *
     * @param passes the engines of each, by what it is
     * @param most the cap
     * @param allowed which engines the precision takes
     * @param lacking gets those that have no engine, or none that is deterministic
     */
    static EngineCell of(
            Map<String, List<Engine>> passes,
            long most,
            Predicate<Engine> allowed,
            List<String> lacking) {
        int fewest = Integer.MAX_VALUE;
        int fewestDeterministic = Integer.MAX_VALUE;
        long largest = 0;
        for (Map.Entry<String, List<Engine>> pass : passes.entrySet()) {
            List<Engine> usable =
                    pass.getValue().stream()
                            .filter(allowed)
                            .filter(e -> e.workspace() >= 0 && e.workspace() <= most)
                            .toList();
            int deterministic = (int) usable.stream().filter(Engine::deterministic).count();
            if (deterministic == 0) {
                String none = usable.isEmpty() ? "no engine" : "no deterministic engine";
                lacking.add(none + " of " + pass.getValue().size() + " for " + pass.getKey());
            }
            fewest = Math.min(fewest, usable.size());
            fewestDeterministic = Math.min(fewestDeterministic, deterministic);
            largest =
                    Math.max(largest, usable.stream().mapToLong(Engine::workspace).max().orElse(0));
        }
        return new EngineCell(fewest, fewestDeterministic, (largest + MEBIBYTE - 1) / MEBIBYTE);
    }

    /** The cells of a table's line, which {@link #toString} wrote. */
    static List<EngineCell> parse(String line) {
        List<EngineCell> cells = new ArrayList<>();
        Matcher matcher = TEXT.matcher(line);
        while (matcher.find()) {
            cells.add(
                    new EngineCell(
                            Integer.parseInt(matcher.group(1)),
                            Integer.parseInt(matcher.group(2)),
                            Long.parseLong(matcher.group(3).replace(",", ""))));
        }
        return cells;
    }

    /** Whether there is less to choose from than there was. */
    boolean fewerThan(EngineCell before) {
        return engines < before.engines || deterministic < before.deterministic;
    }

    @Override
    public String toString() {
        return String.format("%d / %d, %,d MiB", engines, deterministic, mebibytes);
    }
}
