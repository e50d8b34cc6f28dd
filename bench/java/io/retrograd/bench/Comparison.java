package io.retrograd.bench;

import io.retrograd.bench.Report.Side;
import io.retrograd.bench.Report.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * This run's speeds against an earlier one's.
 *
 * <p>A network got slower if its throughput fell by more than the noise bound: {@value
 * #LEAST_BOUND} of the old, or the larger of both runs' spreads if that is more. Nothing is accused
 * before it has been measured again; then the better of both medians counts.
 */
final class Comparison {
    /** Two runs on an idle machine differ by up to 4 %. */
    static final double LEAST_BOUND = 0.1;

    private final Report old;

    Comparison(Report old) {
        this.old = old;
    }

    /**
     * One network in both runs.
     *
     * @param change new over old, less 1
     * @param bound how much it may fall
     */
    record Row(String net, double before, double now, double change, double bound) {
        boolean slower() {
            return change < -bound;
        }
    }

    /**
     * All networks that both runs have, with the same batch.
     *
     * @param again the second measurements of our side, by network: the better counts
     * @throws IllegalArgumentException if the runs' settings differ, or they share no network
     */
    List<Row> rows(Report now, Map<String, Double> again) {
        requireSame("device", old.settings().device(), now.settings().device());
        requireSame("precision", old.settings().precision(), now.settings().precision());
        requireSame(
                "threads",
                String.valueOf(old.settings().threads()),
                String.valueOf(now.settings().threads()));
        List<Row> rows = new ArrayList<>();
        for (Work work : now.works()) {
            Optional<Work> earlier =
                    old.works().stream()
                            .filter(w -> w.net().equals(work.net()) && w.batch() == work.batch())
                            .findFirst();
            earlier.ifPresent(
                    before -> rows.add(row(before, work, again.getOrDefault(work.net(), 0.0))));
        }
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    "--compare: expected a run with one of the same networks and batches, got none");
        }
        return rows;
    }

    private static Row row(Work before, Work now, double again) {
        Side then = before.best(Report.OURS).orElseThrow();
        Side here = now.best(Report.OURS).orElseThrow();
        double speed = Math.max(here.imagesPerSecond(), again);
        double bound = Math.max(LEAST_BOUND, Math.max(then.spread(), here.spread()));
        return new Row(
                now.net(),
                then.imagesPerSecond(),
                speed,
                speed / then.imagesPerSecond() - 1,
                bound);
    }

    private static void requireSame(String what, String old, String now) {
        if (!old.equals(now)) {
            throw new IllegalArgumentException(
                    String.format(
                            "--compare: expected a run with the same %s, got %s and now %s",
                            what, old, now));
        }
    }

    /** The differences of the machines; none if they are alike. */
    List<String> differences(Report now) {
        List<String> told = new ArrayList<>();
        for (String fact : List.of("cpu", "cores", "gpu", "device", "java")) {
            String before = old.machine().getOrDefault(fact, "none");
            String here = now.machine().getOrDefault(fact, "none");
            if (!before.equals(here)) {
                told.add(String.format("%s was %s, is %s", fact, before, here));
            }
        }
        Report.Ceilings before = old.ceilings();
        Report.Ceilings here = now.ceilings();
        if (before != null && here != null) {
            told.add(
                    String.format(
                            "the machine itself: matrix product %+.0f %%, copy %+.0f %%",
                            100 * (here.flops() / before.flops() - 1),
                            100 * (here.bytes() / before.bytes() - 1)));
        }
        return told;
    }

    static String table(List<Row> rows) {
        List<List<String>> cells = new ArrayList<>();
        cells.add(List.of("net", "before, images/s", "now", "change", "noise bound", ""));
        for (Row row : rows) {
            cells.add(
                    List.of(
                            row.net(),
                            Tables.number(row.before()),
                            Tables.number(row.now()),
                            String.format("%+.1f %%", 100 * row.change()),
                            Tables.percent(row.bound()),
                            row.slower() ? "slower" : ""));
        }
        return Tables.markdown(cells);
    }
}
