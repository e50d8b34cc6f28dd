package io.retrograd.report;

import io.retrograd.file.WholeFile;
import io.retrograd.train.LearningRateFinder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;

/** A learning rate range test as a page, {@value #FILE}, and as a picture of its own. */
public final class LearningRatePage {
    /** The name of the page. */
    public static final String FILE = "find-lr.html";

    /** Times the first loss: what is larger is drawn at the upper end. */
    private static final double HIGHEST = 1.5;

    private LearningRatePage() {}

    /**
     * Writes the page.
     *
     * @param title as in {@code lenet5 on mnist}
     * @return the page's file
     */
    public static Path write(Path folder, String title, LearningRateFinder.Result result)
            throws IOException {
        Path file = folder.resolve(FILE);
        Path name = folder.toAbsolutePath().normalize().getFileName();
        WholeFile.write(file, of(title, name == null ? "" : name.toString(), result));
        return file;
    }

    static String of(String title, String name, LearningRateFinder.Result result) {
        Map<String, String> tiles = new LinkedHashMap<>();
        tiles.put("steepest", text(result.steepest()));
        tiles.put("minimum / 10", text(result.minimumOverTen()));
        tiles.put("steps", Integer.toString(result.points().size()));
        tiles.put("ended", result.diverged() ? "as the loss diverged" : "at the highest rate");
        Chart chart = chart(result);
        String section =
                "<section><h2>Loss by learning rate</h2>\n<p>The rate rises exponentially from step"
                        + " to step, and the parameters are put back at the end. A good highest rate"
                        + " of a schedule lies where the loss falls fast, well below the rate at"
                        + " which it is least.</p>\n<figure>\n"
                        + chart.legend()
                        + chart.svg()
                        + "</figure></section>\n";
        return ReportPage.page(
                "Learning rate range test: " + title, name, ReportPage.tiles(tiles), section);
    }

    private static String text(OptionalDouble rate) {
        return rate.isPresent() ? Html.number(rate.getAsDouble()) : "none: the loss never falls";
    }

    private static Chart chart(LearningRateFinder.Result result) {
        List<LearningRateFinder.Point> points = result.points();
        double first = points.isEmpty() ? 1 : points.get(0).smoothed();
        // What diverges would press all else onto the axis.
        Axis y =
                Axis.of(
                        points.stream()
                                .flatMapToDouble(p -> DoubleStream.of(p.loss(), p.smoothed()))
                                .filter(loss -> loss <= HIGHEST * first));
        Axis x = Axis.logarithmic(points.stream().mapToDouble(LearningRateFinder.Point::rate));
        Chart chart = new Chart("loss by learning rate", "learning rate", x, y);
        List<Chart.Point> each = new ArrayList<>();
        List<Chart.Point> smoothed = new ArrayList<>();
        for (LearningRateFinder.Point point : points) {
            each.add(new Chart.Point(point.rate(), point.loss()));
            smoothed.add(new Chart.Point(point.rate(), point.smoothed()));
        }
        chart.add(new Chart.Line("each step", 0, "faint", false, each));
        chart.add(new Chart.Line("smoothed", 0, "", false, smoothed));
        mark(chart, "steepest", 1, result.steepest(), points);
        mark(chart, "minimum / 10", 2, result.minimumOverTen(), points);
        return chart;
    }

    private static void mark(
            Chart chart,
            String name,
            int color,
            OptionalDouble rate,
            List<LearningRateFinder.Point> points) {
        if (rate.isPresent()) {
            points.stream()
                    .filter(point -> point.rate() >= rate.getAsDouble() * (1 - 1e-9))
                    .findFirst()
                    .ifPresent(
                            point -> chart.mark(name, color, rate.getAsDouble(), point.smoothed()));
        }
    }
}
