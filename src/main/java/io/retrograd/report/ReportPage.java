package io.retrograd.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.file.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page of a run, {@value #FILE} in its folder. */
public final class ReportPage {
    /** The name of the file. */
    public static final String FILE = "report.html";

    private static final String TEMPLATE = "report.html";
    private static final Pattern HOLE = Pattern.compile("\\{\\{(\\w+)}}");

    private ReportPage() {}

    /**
     * Makes the page of what a run's folder holds, and writes it there.
     *
     * @return the page's file
     * @throws IllegalArgumentException if the folder has no run
     * @throws IOException if the run cannot be read, or the page not written
     */
    public static Path write(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        WholeFile.write(file, of(Run.read(folder)));
        return file;
    }

    static String of(Run run) {
        Measured measured = run.measured();
        String sections =
                Curves.html(run)
                        + "<div class=\"two\">\n"
                        + ConfusionTable.html(run)
                        + Layers.gradients(measured)
                        + "</div>\n"
                        + (measured.result() == null ? "" : measured.result().html())
                        + Pictures.mistakes(measured)
                        + "<div class=\"two\">\n"
                        + Pictures.kernels(measured)
                        + Layers.times(measured)
                        + "</div>\n"
                        + settings(run);
        return page(title(run), run.name(), tiles(run), sections);
    }

    /**
     * A page.
     *
     * @param title plain text, as the name is
     * @param top HTML below them
     * @param sections HTML
     */
    static String page(String title, String name, String top, String sections) {
        Map<String, String> values =
                Map.of(
                        "TITLE",
                        Html.escaped(title),
                        "NAME",
                        Html.escaped(name),
                        "TOP",
                        top,
                        "SECTIONS",
                        sections);
        return HOLE.matcher(resource(TEMPLATE))
                .replaceAll(
                        hole ->
                                Matcher.quoteReplacement(
                                        Objects.requireNonNull(values.get(hole.group(1)))));
    }

    /** The name of a class, or its number where it has none. */
    static String className(List<String> names, int c) {
        return c >= 0 && c < names.size() ? names.get(c) : Integer.toString(c);
    }

    private static String title(Run run) {
        JsonNode summary = run.summary();
        Map<String, String> settings = run.measured().settings();
        String model = settings.getOrDefault("model", summary.path("model").asText());
        String dataset = settings.getOrDefault("data set", summary.path("dataset").asText());
        return model.isEmpty() || dataset.isEmpty() ? "Training run" : model + " on " + dataset;
    }

    private static String tiles(Run run) {
        JsonNode summary = run.summary();
        Map<String, String> tiles = new LinkedHashMap<>();
        if (summary.has("test_accuracy")) {
            tiles.put("test accuracy", Html.percent(summary.path("test_accuracy").asDouble()));
            tiles.put("test loss", Html.number(summary.path("test_loss").asDouble()));
        }
        if (run.measured().result() != null) {
            run.measured()
                    .result()
                    .measures()
                    .forEach(
                            (name, value) -> tiles.put(name.replace('_', ' '), Html.number(value)));
        }
        run.epochs().stream()
                .min(Comparator.comparingDouble(EpochPoint::monitored))
                .filter(best -> !Double.isNaN(best.validationLoss()))
                .ifPresent(
                        best ->
                                tiles.put(
                                        "best validation loss, epoch " + best.epoch(),
                                        Html.number(best.validationLoss())));
        if (!run.epochs().isEmpty()) {
            EpochPoint last = run.epochs().get(run.epochs().size() - 1);
            tiles.put("training loss", Html.number(last.loss()));
            tiles.put("epochs", Integer.toString(last.epoch()));
            double seconds = run.epochs().stream().mapToDouble(EpochPoint::seconds).sum();
            if (Double.isFinite(seconds)) {
                tiles.put("time in training", Html.time(seconds));
            }
        }
        tiles.put("ended", ended(run));
        StringBuilder html = new StringBuilder(tiles(tiles));
        if (run.measured().failure() != null) {
            html.append("\n<p class=\"failure\">");
            html.append(Html.escaped(run.measured().failure())).append("</p>");
        }
        return html.toString();
    }

    /** Numbers by what they are. */
    static String tiles(Map<String, String> tiles) {
        StringBuilder html = new StringBuilder("<dl class=\"tiles\">");
        tiles.forEach(
                (name, value) ->
                        html.append("<div><dt>")
                                .append(Html.escaped(name))
                                .append("</dt><dd>")
                                .append(Html.escaped(value))
                                .append("</dd></div>\n"));
        return html.append("</dl>").toString();
    }

    private static String ended(Run run) {
        if (run.measured().failure() != null) {
            return "by an error";
        }
        return switch (run.summary().path("end").asText()) {
            case "finished" -> "after all epochs";
            case "early_stop" -> "early: no progress";
            case "listener" -> "early: stopped";
            case "" -> "not yet";
            default -> run.summary().path("end").asText();
        };
    }

    private static String settings(Run run) {
        Map<String, String> settings = new LinkedHashMap<>(run.measured().settings());
        if (settings.isEmpty()) {
            run.summary()
                    .properties()
                    .forEach(
                            field -> {
                                if (field.getValue().isValueNode()) {
                                    settings.put(
                                            field.getKey().replace('_', ' '),
                                            field.getValue().asText());
                                }
                            });
        }
        if (settings.isEmpty()) {
            return "";
        }
        StringBuilder html = new StringBuilder("<section><h2>Settings</h2>\n");
        html.append("<table class=\"settings\">\n");
        settings.forEach(
                (name, value) ->
                        html.append("<tr><th scope=\"row\">")
                                .append(Html.escaped(name))
                                .append("</th><td>")
                                .append(Html.escaped(value))
                                .append("</td></tr>\n"));
        return html.append("</table></section>\n").toString();
    }

    static String resource(String name) {
        try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("report: " + name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
