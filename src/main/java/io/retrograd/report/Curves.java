package io.retrograd.report;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** The curves of a run: loss, accuracy and learning rate over epochs. */
final class Curves {
    private static final int TRAINING = 0;
    private static final int VALIDATION = 1;
    private static final int RATE = 2;
    private static final String EPOCH = "epoch";

    /** Share of the steps' losses above which a loss is drawn at the upper end. */
    private static final double SPIKES = 0.01;

    private final List<EpochPoint> epochs;
    private final List<StepMean> steps;
    private final Axis x;

    private Curves(Run run) {
        epochs = run.epochs();
        steps = run.measured().steps();
        double last =
                DoubleStream.concat(
                                epochs.stream().mapToDouble(EpochPoint::epoch),
                                steps.stream().mapToDouble(StepMean::epoch))
                        .max()
                        .orElse(1);
        x = Axis.between(0, last);
    }

    /** The section; empty for a run without any step. */
    static String html(Run run) {
        Curves curves = new Curves(run);
        if (curves.epochs.isEmpty() && curves.steps.isEmpty()) {
            return "";
        }
        return "<section><h2>Curves</h2>\n<div class=\"charts\">\n"
                + figure("Loss", curves.loss())
                + figure("Accuracy", curves.accuracy())
                + figure("Learning rate", curves.rate())
                + "</div>\n"
                + curves.table()
                + "</section>\n";
    }

    private static String figure(String title, Chart chart) {
        if (chart.empty()) {
            return "";
        }
        return "<figure><figcaption>"
                + title
                + "</figcaption>\n"
                + chart.legend()
                + chart.svg()
                + "</figure>\n";
    }

    private Chart loss() {
        double[] sorted = steps.stream().mapToDouble(StepMean::loss).sorted().toArray();
        double most =
                sorted.length == 0
                        ? Double.POSITIVE_INFINITY
                        : sorted[(int) ((sorted.length - 1) * (1 - SPIKES))];
        DoubleStream seen =
                DoubleStream.concat(
                        DoubleStream.of(sorted).filter(loss -> loss <= most),
                        values(EpochPoint::loss, EpochPoint::validationLoss));
        Chart chart = new Chart("loss by epoch", EPOCH, x, Axis.of(seen));
        List<Chart.Point> each =
                steps.stream().map(s -> new Chart.Point(s.epoch(), s.loss())).toList();
        chart.add(new Chart.Line("training, each step", TRAINING, "faint", false, each));
        chart.add(line("training", TRAINING, "", EpochPoint::loss));
        chart.add(line("validation", VALIDATION, "dashed", EpochPoint::validationLoss));
        return chart;
    }

    private Chart accuracy() {
        Axis y = Axis.of(values(EpochPoint::accuracy, EpochPoint::validationAccuracy));
        Axis shares = Axis.between(Math.max(0, y.low()), Math.min(1, y.high()));
        Chart chart =
                new Chart(
                        "accuracy by epoch",
                        EPOCH,
                        x,
                        shares,
                        share ->
                                new Axis(0, 100 * (y.high() - y.low()), false).label(100 * share)
                                        + " %");
        chart.add(line("training", TRAINING, "", EpochPoint::accuracy));
        chart.add(line("validation", VALIDATION, "dashed", EpochPoint::validationAccuracy));
        return chart;
    }

    private Chart rate() {
        List<Chart.Point> points =
                steps.isEmpty()
                        ? points(EpochPoint::learningRate)
                        : steps.stream()
                                .map(s -> new Chart.Point(s.epoch(), s.learningRate()))
                                .toList();
        Axis y =
                Axis.of(
                        DoubleStream.concat(
                                DoubleStream.of(0), points.stream().mapToDouble(Chart.Point::y)));
        Chart chart = new Chart("learning rate by epoch", EPOCH, x, y);
        chart.add(new Chart.Line("learning rate", RATE, "", false, points));
        return chart;
    }

    private Chart.Line line(
            String name, int color, String style, ToDoubleFunction<EpochPoint> value) {
        return new Chart.Line(name, color, style, true, points(value));
    }

    private List<Chart.Point> points(ToDoubleFunction<EpochPoint> value) {
        return epochs.stream()
                .map(e -> new Chart.Point(e.epoch(), value.applyAsDouble(e)))
                .filter(p -> Double.isFinite(p.y()))
                .toList();
    }

    private DoubleStream values(
            ToDoubleFunction<EpochPoint> one, ToDoubleFunction<EpochPoint> other) {
        return DoubleStream.concat(
                epochs.stream().mapToDouble(one), epochs.stream().mapToDouble(other));
    }

    private String table() {
        if (epochs.isEmpty()) {
            return "";
        }
        boolean validated = epochs.stream().anyMatch(e -> !Double.isNaN(e.validationLoss()));
        List<String> heads = new ArrayList<>(List.of("epoch", "loss", "accuracy"));
        if (validated) {
            heads.addAll(List.of("validation loss", "validation accuracy"));
        }
        heads.addAll(List.of("learning rate", "samples/s", "time"));
        StringBuilder html = new StringBuilder("<details><summary>The epochs in numbers</summary>");
        html.append("<div class=\"wide\"><table class=\"numbers\"><tr>");
        heads.forEach(head -> html.append("<th>").append(head).append("</th>"));
        html.append("</tr>\n");
        for (EpochPoint epoch : epochs) {
            List<String> cells =
                    new ArrayList<>(
                            List.of(
                                    Integer.toString(epoch.epoch()),
                                    Html.number(epoch.loss()),
                                    Html.percent(epoch.accuracy())));
            if (validated) {
                cells.add(Html.number(epoch.validationLoss()));
                cells.add(Html.percent(epoch.validationAccuracy()));
            }
            cells.add(Html.number(epoch.learningRate()));
            cells.add(Html.count(Math.round(epoch.samplesPerSecond())));
            cells.add(Html.time(epoch.seconds()));
            html.append("<tr>");
            cells.forEach(cell -> html.append("<td>").append(cell).append("</td>"));
            html.append("</tr>\n");
        }
        return html.append("</table></div></details>\n").toString();
    }
}
