package io.retrograd.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.bench.Report.Side;
import io.retrograd.bench.Report.Work;
import io.retrograd.file.WholeFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
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

    /**
     * A field of ours, and of the peers that have it, over another, both logarithmic.
     *
     * @param rows as in {@link Extras}
     */
    static void growth(JsonNode rows, String x, String y, List<String> peers, Path file)
            throws IOException {
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title("A training step: " + named(y) + " over " + named(x))
                        .xAxisTitle(named(x))
                        .yAxisTitle(named(y))
                        .build();
        chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
        chart.addSeries(Report.OURS, column(rows, x), column(rows, y));
        for (String peer : peers) {
            String field = peer + "_" + y;
            if (rows.path(0).has(field)) {
                chart.addSeries(peer, column(rows, x), column(rows, field));
            }
        }
        write(chart, file);
    }

    private static String named(String field) {
        return field.replace('_', ' ').replace("mb", "MiB");
    }

    private static List<Double> column(JsonNode rows, String field) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> row.path(field).asDouble())
                .toList();
    }

    private static void write(IChart chart, Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            WholeFile.createFolders(folder);
        }
        WholeFile.write(file, ChartEncoder.getBytes(chart, "SVG"));
    }
}
