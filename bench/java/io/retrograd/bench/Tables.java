package io.retrograd.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.bench.Report.Ceilings;
import io.retrograd.bench.Report.Measurement;
import io.retrograd.bench.Report.Side;
import io.retrograd.bench.Report.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** A report in Markdown. */
final class Tables {
    private static final double GIGA = 1e9;
    private static final double PERCENT = 100;

    /** Rounds to 100. */
    private static final double WHOLE = 99.95;

    private final Report report;
    private final List<String> peers;

    /**
     * @param peers the columns; one that has no number is named as missing
     */
    Tables(Report report, List<String> peers) {
        this.report = report;
        this.peers = List.copyOf(peers);
    }

    /** Everything that is printed at the end of a run. */
    String all() {
        StringBuilder text = new StringBuilder(heading()).append('\n');
        text.append(speed()).append('\n').append(costs()).append('\n');
        String more = more();
        if (!more.isEmpty()) {
            text.append(more).append('\n');
        }
        missing()
                .forEach(
                        (what, why) ->
                                text.append("missing: ")
                                        .append(what)
                                        .append(": ")
                                        .append(why)
                                        .append('\n'));
        report.remarks().forEach(remark -> text.append("note: ").append(remark).append('\n'));
        others().ifPresent(
                        cores ->
                                text.append(
                                        String.format(
                                                "note: other processes used up to %.1f cores meanwhile, which"
                                                        + " slows the sides, not equally; repeat it on an"
                                                        + " idle machine%n",
                                                cores)));
        return text.toString();
    }

    private String heading() {
        Map<String, String> machine = report.machine();
        Report.Settings settings = report.settings();
        StringBuilder text = new StringBuilder();
        text.append(
                String.format(
                        "%s, %s cores; %s; %s; %s, %d threads; medians of up to %d rounds of %s s%n",
                        machine.get("cpu"),
                        machine.get("cores"),
                        machine.get("device"),
                        machine.get("java"),
                        settings.precision(),
                        settings.threads(),
                        settings.rounds(),
                        number(settings.seconds())));
        Ceilings ceilings = report.ceilings();
        if (ceilings != null) {
            text.append(
                    String.format(
                            "ceilings measured here: matrix product %s GFLOP/s, copy %s GB/s%n",
                            number(ceilings.flops() / GIGA), number(ceilings.bytes() / GIGA)));
        }
        return text.toString();
    }

    /** Images a second of all sides, and how much of the machine ours uses. */
    String speed() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head =
                new ArrayList<>(List.of("net", "batch", Report.OURS + ", images/s", "spread"));
        peers.forEach(peer -> head.addAll(List.of(peer + ", images/s", "ratio")));
        head.addAll(List.of("GFLOP/s", "of product"));
        rows.add(head);
        for (Work work : report.works()) {
            Side ours = work.best(Report.OURS).orElseThrow();
            List<String> row = new ArrayList<>(List.of(work.net(), String.valueOf(work.batch())));
            row.addAll(List.of(number(ours.imagesPerSecond()), percent(ours.spread())));
            peers.forEach(peer -> row.addAll(against(ours, work.best(peer))));
            double flops = work.flops() * ours.imagesPerSecond() / work.batch();
            Ceilings ceilings = report.ceilings();
            row.add(number(flops / GIGA));
            row.add(ceilings == null ? "?" : percent(flops / ceilings.flops()));
            rows.add(row);
        }
        return markdown(rows);
    }

    private static List<String> against(Side ours, Optional<Side> peer) {
        if (peer.isEmpty()) {
            return List.of("missing", "-");
        }
        Side side = peer.get();
        String mode = side.mode().isEmpty() ? "" : " (" + side.mode() + ")";
        return List.of(
                number(side.imagesPerSecond()) + mode + " ±" + percent(side.spread() / 2),
                number(ours.imagesPerSecond() / side.imagesPerSecond()));
    }

    /** Memory and the time until the first step is done, and on a GPU energy. */
    String costs() {
        List<List<String>> rows = new ArrayList<>();
        List<String> head =
                new ArrayList<>(List.of("net", "first step, cold", Report.OURS + ", first step"));
        peers.forEach(peer -> head.add(peer));
        head.add(Report.OURS + ", peak MiB");
        peers.forEach(peer -> head.add(peer));
        boolean gpu =
                watts(report.works().stream().flatMap(work -> work.sides().stream()).toList());
        if (gpu) {
            head.add(Report.OURS + ", J per 1000 images");
            peers.forEach(peer -> head.add(peer));
            head.add(Report.OURS + ", peak GPU MiB");
            peers.forEach(peer -> head.add(peer));
        }
        rows.add(head);
        for (Work work : report.works()) {
            List<String> row =
                    new ArrayList<>(List.of(work.net(), number(work.coldFirstStep()) + " s"));
            List<String> names = new ArrayList<>(List.of(Report.OURS));
            names.addAll(peers);
            names.forEach(name -> row.add(of(work, name, "first_step_s") + " s"));
            names.forEach(name -> row.add(of(work, name, "peak_rss_mb")));
            if (gpu) {
                names.forEach(name -> row.add(gpu(work.best(name), Tables::joules)));
                names.forEach(name -> row.add(gpu(work.best(name), Tables::gpuMib)));
            }
            rows.add(row);
        }
        return markdown(rows).replace("? s", "-").replace("| ? ", "| - ");
    }

    private static String of(Work work, String name, String field) {
        return number(work.best(name).map(side -> side.median(field)).orElse(null));
    }

    private static boolean watts(List<Side> sides) {
        return sides.stream()
                .flatMap(s -> s.measurements().stream())
                .anyMatch(m -> m.gpu() != null);
    }

    /** The median of the GPU's reports in a side's rounds. */
    private static String gpu(
            Optional<Side> side, ToDoubleBiFunction<Measurement, GpuWatch.Reading> value) {
        List<Double> values = new ArrayList<>();
        for (Measurement m : side.map(Side::measurements).orElse(List.of())) {
            GpuWatch.Reading reading = m.gpu();
            if (reading != null) {
                values.add(value.applyAsDouble(m, reading));
            }
        }
        return values.isEmpty() ? "-" : number(Stats.median(values));
    }

    /** The joules that a thousand images take. */
    private static double joules(Measurement measurement, GpuWatch.Reading gpu) {
        return 1e3 * gpu.watts() / measurement.number("images_per_second");
    }

    private static double gpuMib(Measurement measurement, GpuWatch.Reading gpu) {
        return gpu.peakMib();
    }

    /** The measurements without a peer: growth, allocations, gradient checks. */
    String more() {
        StringBuilder text = new StringBuilder();
        report.more()
                .forEach(
                        (kind, rows) -> {
                            text.append(kind).append('\n').append('\n');
                            text.append(markdown(cells(rows))).append('\n');
                        });
        return text.toString().stripTrailing();
    }

    private static List<List<String>> cells(JsonNode rows) {
        List<List<String>> cells = new ArrayList<>();
        for (JsonNode row : rows) {
            List<String> names = new ArrayList<>();
            List<String> values = new ArrayList<>();
            row.properties()
                    .forEach(
                            field -> {
                                names.add(field.getKey().replace('_', ' '));
                                JsonNode value = field.getValue();
                                values.add(
                                        value.isFloatingPointNumber()
                                                ? number(value.asDouble())
                                                : value.asText());
                            });
            if (cells.isEmpty()) {
                cells.add(names);
            }
            cells.add(values);
        }
        return cells;
    }

    /** The missing numbers and the reasons; a reason that several networks share stands once. */
    Map<String, String> missing() {
        Map<String, List<String>> nets = new LinkedHashMap<>();
        for (Work work : report.works()) {
            work.missing()
                    .forEach(
                            (side, why) ->
                                    nets.computeIfAbsent(side + "\n" + why, k -> new ArrayList<>())
                                            .add(work.net()));
        }
        Map<String, String> missing = new LinkedHashMap<>();
        nets.forEach(
                (key, names) -> {
                    String[] parts = key.split("\n", 2);
                    boolean all = names.size() == report.works().size();
                    missing.put(
                            all ? parts[0] : parts[0] + ", " + String.join(", ", names), parts[1]);
                });
        return missing;
    }

    /** Cores that others used in the worst measurement; empty if the machine was quiet. */
    OptionalDouble others() {
        return report.works().stream()
                .flatMap(work -> work.sides().stream())
                .flatMap(side -> side.measurements().stream())
                .flatMapToDouble(
                        m ->
                                m.coresUsedByOthers() == null
                                        ? DoubleStream.empty()
                                        : DoubleStream.of(m.coresUsedByOthers()))
                .filter(cores -> cores > OthersLoad.QUIET)
                .max();
    }

    /** Three significant digits, whole from 100 on. */
    static String number(@Nullable Double value) {
        if (value == null) {
            return "?";
        }
        if (Math.abs(value) >= WHOLE) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        int digits = value == 0 ? 0 : 2 - (int) Math.floor(Math.log10(Math.abs(value)));
        return String.format(Locale.ROOT, "%." + Math.max(0, Math.min(digits, 6)) + "f", value);
    }

    static String percent(double share) {
        return number(PERCENT * share) + " %";
    }

    /** Rows of cells, the first one the heading. */
    static String markdown(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            text.append("| ").append(String.join(" | ", rows.get(i))).append(" |\n");
            if (i == 0) {
                text.append("| --- ".repeat(rows.get(0).size())).append("|\n");
            }
        }
        return text.toString();
    }
}
