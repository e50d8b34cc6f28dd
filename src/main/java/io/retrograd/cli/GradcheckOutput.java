package io.retrograd.cli;

import static java.time.temporal.ChronoUnit.SECONDS;

import io.retrograd.certify.JUnitXml;
import io.retrograd.certify.Status;
import io.retrograd.file.WholeFile;
import io.retrograd.gradcheck.GradientFailure;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.gradcheck.Verdict;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What gradient checks find: lines while they run, one JSON object, JUnit's XML. */
final class GradcheckOutput {
    private static final String ROW = "%-26s %-9s %9s %9s %8s %8s  %-24s %s%n";

    /** Exit code where nothing is wrong, but something is not shown to be right. */
    static final int NOT_ESTABLISHED = 3;

    private static final double NANOS = 1e9;

    private final PrintWriter out;
    private final boolean json;
    private final boolean tables;
    private final List<Found> all = new ArrayList<>();
    private final long start = System.nanoTime();

    /** A named check and what it found. */
    private record Found(String name, GradientReport report) {}

    /**
     * Output of a command.
     *
     * @param tables whether checks that pass have a table too
     */
    GradcheckOutput(PrintWriter out, boolean json, boolean tables) {
        this.out = out;
        this.json = json;
        this.tables = tables;
    }

    /** Prints the head, below a line on the device. */
    void begin(String device) {
        if (!json) {
            out.println(device);
            out.printf(
                    ROW,
                    "layer",
                    "mode",
                    "rel.error",
                    "estimate",
                    "checked",
                    "skipped",
                    "worst at",
                    "");
        }
    }

    /** Takes the next report. */
    void add(String name, GradientReport report) {
        Found found = new Found(name, report);
        all.add(found);
        if (!json) {
            print(found);
        }
    }

    /**
     * Prints the number of failures and writes the file, if one is wanted.
     *
     * @return the exit code
     */
    int end(@Nullable Path junit) throws IOException {
        long failed = count(Verdict.FAILED);
        long open = count(Verdict.NOT_ESTABLISHED);
        if (json) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("failed", failed);
            map.put("not_established", open);
            map.put("checks", maps());
            out.println(Json.line(map));
        } else {
            out.printf("%d passed, %d failed", all.size() - failed - open, failed);
            out.println(open == 0 ? "" : ", " + open + " not established");
        }
        if (junit != null) {
            WholeFile.write(
                    junit,
                    xml(
                            (System.nanoTime() - start) / NANOS,
                            all.stream().map(GradcheckOutput::tried).toList()));
        }
        return failed > 0 ? 1 : open > 0 ? NOT_ESTABLISHED : 0;
    }

    private long count(Verdict verdict) {
        return all.stream().filter(found -> found.report.verdict() == verdict).count();
    }

    private static String xml(double seconds, List<JUnitXml.Case> cases) {
        Instant end = Instant.now();
        String start = end.minusMillis((long) (1e3 * seconds)).truncatedTo(SECONDS).toString();
        return JUnitXml.of(
                "gradcheck",
                List.of(new JUnitXml.Suite("gradcheck", seconds, start, cases, /* said= */ "")));
    }

    /** JUnit's XML of one check that did not come to its end. */
    static String crash(String name, String why) {
        return xml(0, List.of(new JUnitXml.Case("gradcheck", name, Status.CRASHED, why)));
    }

    private static JUnitXml.Case tried(Found found) {
        GradientReport report = found.report;
        String mode = report.training() ? "training" : "inference";
        String detail =
                report.passed()
                        ? report.table()
                        : report.failures().get(0) + System.lineSeparator() + report.table();
        return new JUnitXml.Case(
                "gradcheck." + found.name,
                String.format("%s, %s, on %s", report.subject(), mode, report.device()),
                report.passed() ? Status.PASSED : Status.FAILED,
                detail);
    }

    private void print(Found found) {
        GradientReport report = found.report;
        Optional<GradientReport.Row> worst = report.worst();
        out.printf(
                ROW,
                found.name,
                report.training() ? "training" : "inference",
                worst.map(w -> String.format("%.1e", w.relativeError())).orElse("-"),
                worst.map(w -> String.format("%.1e", w.estimatedError())).orElse("-"),
                report.rows().stream().mapToInt(GradientReport.Row::checked).sum(),
                report.rows().stream().mapToInt(GradientReport.Row::skipped).sum(),
                worst.map(GradcheckOutput::place).orElse("-"),
                report.refuted() ? "FAILED" : report.verdict());
        if (tables || !report.passed()) {
            out.print(report.table());
        }
        out.flush();
    }

    private static String place(GradientReport.Row row) {
        return row.index().isEmpty() ? row.tensor() + " (direction)" : row.place();
    }

    private List<Map<String, Object>> maps() {
        List<Map<String, Object>> maps = new ArrayList<>();
        for (Found found : all) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("name", found.name);
            map.put("verdict", found.report.verdict().toString());
            map.put("reason", found.report.reason());
            map.put("power", finite(found.report.power()));
            map.put("passed", found.report.passed());
            map.put("training", found.report.training());
            map.put("device", found.report.device());
            map.put("tensors", found.report.rows().stream().map(GradcheckOutput::map).toList());
            map.put(
                    "failures",
                    found.report.failures().stream().map(GradientFailure::message).toList());
            map.put("refuted", found.report.refuted());
            map.put("remarks", found.report.remarks());
            maps.add(map);
        }
        return maps;
    }

    /** What JSON has a number for. */
    private static @Nullable Double finite(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static Map<String, Object> map(GradientReport.Row row) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("tensor", row.tensor());
        map.put("shape", row.shape().dims());
        map.put("checked", row.checked());
        map.put("skipped", row.skipped());
        map.put("relative_error", row.relativeError());
        map.put("estimated_error", row.estimatedError());
        map.put("index", row.index());
        map.put("analytic", row.analytic());
        map.put("reference", finite(row.reference()));
        map.put("numeric", row.numeric());
        map.put("passed", row.passed());
        map.put("power", finite(row.power()));
        return map;
    }
}
