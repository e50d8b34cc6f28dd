package io.retrograd.cli;

import io.retrograd.backend.Backend;
import io.retrograd.demo.Demo;
import io.retrograd.demo.Demos;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.gradcheck.GradientFailure;
import io.retrograd.gradcheck.GradientReport;
import io.retrograd.gradcheck.LayerCatalogue;
import io.retrograd.gradcheck.Verdict;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.Models;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "gradcheck",
        description = {
            "Checks gradients of layers, losses and networks against finite differences.",
            "The errors are relative to the gradient's scale. An element is skipped where a kink"
                    + " (such as ReLU's at 0) lies closer than the smallest step. Exit code 1 if"
                    + " any gradient is wrong, 3 if none is but some cannot be shown to be right."
        })
final class GradcheckCommand extends JsonCommand {
    private static final int BATCH = 4;

    /** Before a demonstration's name, for its networks. */
    private static final String DEMO = "demo-";

    private static final int NETWORK_COORDINATES = 1;

    /** Exit code where nothing is wrong, but something is not shown to be right. */
    private static final int NOT_ESTABLISHED = 3;

    /** The networks that take a few seconds; the others are checked on request by name. */
    private static final List<String> QUICK_NETWORKS = List.of("mlp", "digits", "lenet5");

    private static final String ROW = "%-26s %-9s %9s %9s %8s %8s  %-24s %s%n";

    @Parameters(
            arity = "0..1",
            paramLabel = "MODEL|LAYER",
            description =
                    "One of: ${COMPLETION-CANDIDATES}; or an ONNX file, FILE.onnx. The ResNets take"
                            + " minutes. Default: all layers, losses, and the small networks.",
            completionCandidates = Names.class)
    private @Nullable String name;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of all random values. Default: ${DEFAULT-VALUE}.")
    private long seed = 1;

    @Option(
            names = "--coordinates",
            paramLabel = "N",
            description = "Elements to check of each larger tensor, besides random directions.")
    private @Nullable Integer coordinates;

    @Mixin private DeviceOptions device = new DeviceOptions("reference");

    /** A check and the name of what it checks. */
    private record Named(String name, GradientCheck check) {}

    /** A named check and what it found. */
    private record Found(String name, GradientReport report) {}

    @Override
    public Integer call() throws IOException {
        if (coordinates != null) {
            Values.atLeast("--coordinates", 1, coordinates);
        }
        if (name != null && !OnnxFile.is(name)) {
            Values.oneOf("MODEL|LAYER", new Names().all(), name);
        }
        PrintWriter out = out();
        List<Found> all = new ArrayList<>();
        List<String> names = name == null ? defaults() : List.of(name);
        if (!json) {
            out.println(device.describe());
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
        try (Backend backend = device.open()) {
            for (String each : names) {
                for (Named check : checks(each)) {
                    Found found = new Found(check.name, configured(check.check, backend).run());
                    all.add(found);
                    if (!json) {
                        print(out, found);
                    }
                }
            }
        }
        long failed = count(all, Verdict.FAILED);
        long open = count(all, Verdict.NOT_ESTABLISHED);
        if (json) {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("failed", failed);
            map.put("not_established", open);
            map.put("checks", maps(all));
            out.println(Json.line(map));
        } else {
            out.printf("%d passed, %d failed", all.size() - failed - open, failed);
            out.println(open == 0 ? "" : ", " + open + " not established");
        }
        return failed > 0 ? 1 : open > 0 ? NOT_ESTABLISHED : 0;
    }

    private static long count(List<Found> all, Verdict verdict) {
        return all.stream().filter(found -> found.report.verdict() == verdict).count();
    }

    private GradientCheck configured(GradientCheck check, Backend backend) {
        GradientCheck configured = check.on(backend).seed(seed);
        return coordinates == null ? configured : configured.coordinates(coordinates);
    }

    private static List<String> defaults() {
        List<String> names =
                new ArrayList<>(
                        LayerCatalogue.entries().stream().map(LayerCatalogue.Entry::name).toList());
        names.addAll(QUICK_NETWORKS);
        return names;
    }

    private static List<Named> checks(String name) throws IOException {
        if (OnnxFile.is(name)) {
            Models.Form form = OnnxFile.form(name, BATCH);
            return List.of(
                    new Named(
                            name,
                            GradientCheck.of(form.network(), form.inputShape())
                                    .coordinates(NETWORK_COORDINATES)));
        }
        if (name.startsWith(DEMO)) {
            return Demos.get(name.substring(DEMO.length())).networks().entrySet().stream()
                    .map(network -> named(name + " " + network.getKey(), network.getValue()))
                    .toList();
        }
        Optional<LayerCatalogue.Entry> entry = LayerCatalogue.find(name);
        List<GradientCheck> checks =
                entry.isPresent() ? entry.get().checks() : List.of(network(name));
        return checks.stream().map(check -> new Named(name, check)).toList();
    }

    private static Named named(String name, Demo.Checked network) {
        return new Named(
                name,
                GradientCheck.of(network.network(), network.input())
                        .loss(network.loss())
                        .coordinates(NETWORK_COORDINATES));
    }

    private static GradientCheck network(String name) {
        Models.Form small = Models.smallForms().get(name);
        if (small != null) {
            return GradientCheck.of(small.network(), small.inputShape())
                    .coordinates(NETWORK_COORDINATES);
        }
        Models.Entry model = Models.get(name);
        return GradientCheck.of(model.create(), model.checkShape().batch(BATCH))
                .loss(new CrossEntropy())
                .coordinates(NETWORK_COORDINATES);
    }

    private void print(PrintWriter out, Found found) {
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
                worst.map(GradcheckCommand::place).orElse("-"),
                report.refuted() ? "FAILED" : report.verdict());
        if (name != null || !report.passed()) {
            out.print(report.table());
        }
        out.flush();
    }

    private static String place(GradientReport.Row row) {
        return row.index().isEmpty() ? row.tensor() + " (direction)" : row.place();
    }

    private static List<Map<String, Object>> maps(List<Found> all) {
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
            map.put("tensors", found.report.rows().stream().map(GradcheckCommand::map).toList());
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
        map.put("reference", row.reference());
        map.put("numeric", row.numeric());
        map.put("passed", row.passed());
        map.put("power", finite(row.power()));
        return map;
    }

    /** Everything that can be checked by name. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return all().iterator();
        }

        List<String> all() {
            Set<String> networks = new TreeSet<>(Models.names());
            networks.addAll(Models.smallForms().keySet());
            List<String> names = new ArrayList<>(networks);
            Demos.names().forEach(demo -> names.add(DEMO + demo));
            LayerCatalogue.entries().forEach(entry -> names.add(entry.name()));
            return names;
        }
    }
}
