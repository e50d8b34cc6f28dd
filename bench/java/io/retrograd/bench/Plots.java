package io.retrograd.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.bench.Report.Side;
import io.retrograd.bench.Report.Work;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.IChart;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Draws a report as SVG. */
final class Plots {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 450;

    private Plots() {}

    /** Throughput of every side over ours, a group of bars a network. */
    static void speed(Report report, List<String> peers, Path file) throws IOException {
        CategoryChart chart =
                new CategoryChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title("Training throughput, Retrograd = 1 (longer is faster)")
                        .build();
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        List<String> nets = report.works().stream().map(Work::net).toList();
        List<String> names = new ArrayList<>(List.of(Report.OURS));
        names.addAll(peers);
        for (String name : names) {
            List<Double> values =
                    report.works().stream().map(work -> relative(work, name)).toList();
            if (values.stream().anyMatch(value -> value > 0)) {
                chart.addSeries(name, nets, values);
            }
        }
        write(chart, file);
    }

    private static double relative(Work work, String name) {
        Optional<Side> side = work.best(name);
        double ours = work.best(Report.OURS).orElseThrow().imagesPerSecond();
        return side.map(s -> s.imagesPerSecond() / ours).orElse(0.0);
    }

    /** Time of a step over batch size, both logarithmic. */
    static void growth(JsonNode rows, Path file) throws IOException {
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title("Growth of a training step with the batch")
                        .xAxisTitle("images a step")
                        .yAxisTitle("ms a step")
                        .build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
        chart.getStyler().setLegendVisible(false);
        List<Double> batches = new ArrayList<>();
        List<Double> millis = new ArrayList<>();
        for (JsonNode row : rows) {
            batches.add(row.path("batch").asDouble());
            millis.add(row.path("step_ms").asDouble());
        }
        chart.addSeries(Report.OURS, batches, millis);
        write(chart, file);
    }

    private static void write(IChart chart, Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        ChartEncoder.saveChart(chart, file.toString(), "SVG");
    }
}
