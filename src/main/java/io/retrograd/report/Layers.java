package io.retrograd.report;

import io.retrograd.train.LayerTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** The sections by layer: gradient norms over the epochs, and the time of a step. */
final class Layers {
    private static final int MOST_COLUMNS = 48;
    private static final int MOST_TIMES = 40;
    private static final double CELL = 14;
    private static final double WIDEST = 28;
    private static final double FAINTEST = 0.08;

    private Layers() {}

    /** The norms of gradients; empty where none were measured. */
    static String gradients(Measured measured) {
        List<GradientNorms> epochs = spread(measured.gradients());
        if (epochs.isEmpty()) {
            return "";
        }
        Map<String, List<Double>> rows = new LinkedHashMap<>();
        epochs.get(epochs.size() - 1)
                .norms()
                .keySet()
                .forEach(name -> rows.computeIfAbsent(layer(name), it -> new ArrayList<>()));
        for (GradientNorms epoch : epochs) {
            rows.forEach((layer, norms) -> norms.add(norm(epoch, layer)));
        }
        DoubleStream all = rows.values().stream().flatMapToDouble(Layers::stream);
        Axis scale = Axis.logarithmic(all);
        StringBuilder html = new StringBuilder("<section><h2>Gradient norms by layer</h2>\n<p>");
        html.append("Of the last step of each epoch, over a layer's parameters; the stronger, the");
        html.append(" larger: ").append(legend(scale)).append("</p>\n");
        html.append("<div class=\"wide tall\"><table class=\"norms\">\n<tr><th>layer</th>");
        html.append("<th>epoch ").append(epochs.get(0).epoch());
        if (epochs.size() > 1) {
            html.append(" to ").append(epochs.get(epochs.size() - 1).epoch());
        }
        html.append("</th><th class=\"n\">last</th></tr>\n");
        rows.forEach((layer, norms) -> row(html, layer, norms, epochs, scale));
        return html.append("</table></div></section>\n").toString();
    }

    private static DoubleStream stream(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue);
    }

    private static String legend(Axis scale) {
        StringBuilder html = new StringBuilder("<span class=\"nobreak\">");
        html.append(Html.number(scale.low())).append(" <span class=\"scale\"></span> ");
        return html.append(Html.number(scale.high())).append("</span>").toString();
    }

    private static void row(
            StringBuilder html,
            String layer,
            List<Double> norms,
            List<GradientNorms> epochs,
            Axis scale) {
        double width = Math.min(WIDEST, 8 * WIDEST / norms.size());
        html.append("<tr><th scope=\"row\">").append(Html.escaped(layer)).append("</th><td>");
        html.append(
                String.format(
                        Locale.ROOT,
                        "<svg class=\"heat\" viewBox=\"0 0 %s %s\" style=\"max-width:%spx\" height=\"%s\""
                                + " preserveAspectRatio=\"none\" role=\"img\" aria-label=\"gradient"
                                + " norms of %s\">",
                        Html.at(width * norms.size()),
                        Html.at(CELL),
                        Html.at(WIDEST * norms.size()),
                        Html.at(CELL),
                        Html.escaped(layer)));
        for (int i = 0; i < norms.size(); i++) {
            double norm = norms.get(i);
            double strength = norm > 0 ? FAINTEST + (1 - FAINTEST) * scale.position(norm) : 0;
            html.append(
                    String.format(
                            Locale.ROOT,
                            "<rect x=\"%s\" width=\"%s\" height=\"%s\" opacity=\"%.2f\"><title>epoch"
                                    + " %d: %s</title></rect>",
                            Html.at(i * width),
                            Html.at(width),
                            Html.at(CELL),
                            Double.isFinite(strength) ? strength : 1,
                            epochs.get(i).epoch(),
                            Html.number(norm)));
        }
        html.append("</svg></td><td class=\"n\">");
        html.append(Html.number(norms.get(norms.size() - 1))).append("</td></tr>\n");
    }

    /** Of many epochs some, the last among them. */
    private static List<GradientNorms> spread(List<GradientNorms> epochs) {
        int count = Math.min(MOST_COLUMNS, epochs.size());
        List<GradientNorms> some = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            some.add(epochs.get((int) ((long) i * epochs.size() / count) - 1));
        }
        return some;
    }

    /** A parameter's layer, as in {@code 3.body.1}. */
    private static String layer(String parameter) {
        int dot = parameter.lastIndexOf('.');
        return dot < 0 ? parameter : parameter.substring(0, dot);
    }

    private static double norm(GradientNorms epoch, String layer) {
        double sum = 0;
        for (Map.Entry<String, Double> each : epoch.norms().entrySet()) {
            @Nullable Double norm = each.getValue();
            if (layer(each.getKey()).equals(layer) && norm != null) {
                sum += norm * norm;
            }
        }
        return Math.sqrt(sum);
    }

    /** The time of a step; empty where it was not measured. */
    static String times(Measured measured) {
        List<LayerTime> all = measured.times();
        double sum = all.stream().mapToDouble(Layers::millis).sum();
        if (all.isEmpty() || !(sum > 0)) {
            return "";
        }
        double most = all.stream().mapToDouble(Layers::millis).max().orElse(1);
        double least =
                all.size() <= MOST_TIMES
                        ? 0
                        : all.stream()
                                .map(Layers::millis)
                                .sorted(Comparator.reverseOrder())
                                .toList()
                                .get(MOST_TIMES - 1);
        StringBuilder html = new StringBuilder("<section><h2>Time by layer</h2>\n<p>");
        html.append("One training step without its update, ").append(millis(sum)).append(": ");
        html.append("<span class=\"key forward\"></span> forward, ");
        html.append("<span class=\"key backward\"></span> backward.");
        html.append(least > 0 ? " Of many operations the longest.</p>" : "</p>");
        html.append("\n<div class=\"wide\"><table class=\"times\">\n");
        html.append("<tr><th>layer</th><th>does</th><th></th><th class=\"n\">time</th>");
        html.append("<th class=\"n\">share</th></tr>\n");
        all.stream()
                .filter(time -> millis(time) >= least)
                .forEach(time -> time(html, time, most, sum));
        return html.append("</table></div></section>\n").toString();
    }

    private static void time(StringBuilder html, LayerTime time, double most, double sum) {
        html.append("<tr><th scope=\"row\">").append(Html.escaped(time.layer()));
        html.append("</th><td>").append(Html.escaped(time.operations().replace("+", " + ")));
        html.append(
                String.format(
                        Locale.ROOT,
                        "</td><td class=\"bars\"><span class=\"forward\" style=\"width:%.1f%%\""
                                + " title=\"forward %s\"></span><span class=\"backward\""
                                + " style=\"width:%.1f%%\" title=\"backward %s\"></span></td>"
                                + "<td class=\"n\">%s</td><td class=\"n\">%.1f %%</td></tr>%n",
                        1e5 * time.forwardSeconds() / most,
                        millis(1000 * time.forwardSeconds()),
                        1e5 * time.backwardSeconds() / most,
                        millis(1000 * time.backwardSeconds()),
                        millis(millis(time)),
                        100 * millis(time) / sum));
    }

    private static double millis(LayerTime time) {
        return 1000 * (time.forwardSeconds() + time.backwardSeconds());
    }

    private static String millis(double value) {
        return value < 1
                ? String.format(Locale.ROOT, "%.0f µs", 1000 * value)
                : String.format(Locale.ROOT, value < 100 ? "%.2f ms" : "%,.0f ms", value);
    }
}
