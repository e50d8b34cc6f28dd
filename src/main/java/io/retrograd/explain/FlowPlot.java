package io.retrograd.explain;

import io.retrograd.file.WholeFile;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Gradient flows as a PNG picture of one panel or several, two beside each other. Norms are drawn
 * relative to that at the end and on a logarithmic scale, where what decays by a factor a step is a
 * straight line; what is 0 or not finite is left out.
 */
public final class FlowPlot {
    private static final int WIDTH = 760;
    private static final int HEIGHT = 560;
    private static final int COLUMNS = 2;
    private static final int LEGEND_CHARACTERS = 95;

    /** Pixels a point: sharp where it is enlarged or printed. */
    private static final int SCALE = 2;

    /** The palette of Okabe and Ito, which colour-blind people can tell apart. */
    private static final List<Color> COLORS =
            List.of(
                    new Color(0x0072B2),
                    new Color(0xE69F00),
                    new Color(0x009E73),
                    new Color(0xD55E00),
                    new Color(0xCC79A7),
                    new Color(0x56B4E9));

    private static final Color GRAY = new Color(0x808080);
    private static final Color GRID = new Color(0xECECEC);
    private static final BasicStroke LINE = stroke(2.2f);
    private static final BasicStroke DASHED = stroke(1.6f, 7, 5);

    private final List<XYChart> charts = new ArrayList<>();

    /**
     * Tries to draw.
     *
     * @throws IllegalStateException if this machine cannot, as without fonts
     */
    public static void check() {
        System.setProperty("java.awt.headless", "true");
        try {
            new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB)
                    .createGraphics()
                    .getFontMetrics(font(Font.PLAIN, 12))
                    .stringWidth("0");
        } catch (LinkageError | InternalError | RuntimeException e) {
            throw new IllegalStateException(
                    "plot: expected fonts, got none; install fontconfig and a font, such as DejaVu"
                            + " Sans ("
                            + e
                            + ")",
                    e);
        }
    }

    private static BasicStroke stroke(float width, float... dashes) {
        return new BasicStroke(
                width,
                BasicStroke.CAP_ROUND,
                BasicStroke.JOIN_ROUND,
                /* miterlimit= */ 1,
                dashes.length == 0 ? null : dashes,
                /* dash_phase= */ 0);
    }

    /** A line of a panel; a color's number, from 0, or −1 for gray. */
    private record Line(String name, int color, boolean dashed) {}

    /**
     * One more panel: norms by distance.
     *
     * @param names one a flow
     * @param radii whether to draw, dashed, what spectral radii below 1 let expect
     */
    public void flows(String title, List<String> names, List<GradientFlow> flows, boolean radii) {
        XYChart chart =
                chart(
                        title,
                        "distance from the end, steps",
                        "norm of dL/dh, relative to the last step",
                        /* logarithmic= */ true);
        for (int i = 0; i < flows.size(); i++) {
            GradientFlow flow = flows.get(i);
            add(
                    chart,
                    new Line(names.get(i), i, false),
                    distances(flow.steps()),
                    means(flow.steps()));
            if (!flow.fromEnd().equals(flow.steps())) {
                Line line = new Line(names.get(i) + ", from its end", i, true);
                add(chart, line, distances(flow.fromEnd()), means(flow.fromEnd()));
            }
        }
        if (radii) {
            flows.forEach(flow -> addRadius(chart, flow));
        }
        charts.add(chart);
    }

    /** Draws the decay that a spectral radius below 1 predicts. */
    private static void addRadius(XYChart chart, GradientFlow flow) {
        double radius = flow.spectralRadius().orElse(1);
        if (radius < 1) {
            double[] x = distances(flow.steps());
            double[] y = DoubleStream.of(x).map(d -> Math.pow(radius, d)).toArray();
            String name = String.format(Locale.ROOT, "%.2f^d: spectral radius of w_hh", radius);
            add(chart, new Line(name, -1, true), x, y);
        }
    }

    /** One more panel: the norm of the gradient that the optimizer was given in each step. */
    public void gradientNorms(String title, List<FlowRun> runs, int firstColor) {
        XYChart chart = chart(title, "training step", "norm of all gradients", true);
        for (int i = 0; i < runs.size(); i++) {
            double[] y =
                    runs.get(i).steps().stream()
                            .mapToDouble(FlowRun.TrainingStep::gradientNorm)
                            .toArray();
            add(chart, new Line(runs.get(i).name(), firstColor + i, false), numbers(y.length), y);
        }
        charts.add(chart);
    }

    /** One more panel: the loss of each training step, a mean over some steps. */
    public void losses(String title, List<FlowRun> runs, int smoothing) {
        XYChart chart =
                chart(
                        title,
                        "training step",
                        "loss, mean of " + smoothing + " steps",
                        /* logarithmic= */ false);
        for (int i = 0; i < runs.size(); i++) {
            double[] y = smooth(runs.get(i).steps(), smoothing);
            add(chart, new Line(runs.get(i).name(), i, false), numbers(y.length), y);
        }
        chart.getStyler().setYAxisMin(0.0);
        charts.add(chart);
    }

    private static double[] numbers(int count) {
        return IntStream.rangeClosed(1, count).asDoubleStream().toArray();
    }

    private static double[] smooth(List<FlowRun.TrainingStep> steps, int window) {
        return IntStream.range(0, steps.size())
                .mapToDouble(
                        i ->
                                steps.subList(Math.max(0, i + 1 - window), i + 1).stream()
                                        .mapToDouble(FlowRun.TrainingStep::loss)
                                        .average()
                                        .orElse(Double.NaN))
                .toArray();
    }

    private static double[] distances(List<GradientFlow.Step> steps) {
        return steps.stream().mapToDouble(GradientFlow.Step::distance).toArray();
    }

    private static double[] means(List<GradientFlow.Step> steps) {
        double end = steps.get(0).mean();
        return steps.stream().mapToDouble(step -> step.mean() / end).toArray();
    }

    private static XYChart chart(String title, String x, String y, boolean logarithmic) {
        XYChart chart =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(title)
                        .xAxisTitle(x)
                        .yAxisTitle(y)
                        .build();
        chart.getStyler()
                .setYAxisLogarithmic(logarithmic)
                .setYAxisLogarithmicDecadeOnly(true)
                .setPlotGridLinesColor(GRID)
                .setPlotGridLinesStroke(stroke(1))
                .setAxisTitleFont(font(Font.PLAIN, 14))
                .setAxisTickLabelsFont(font(Font.PLAIN, 12))
                .setXAxisDecimalPattern("0")
                .setXAxisMin(0.0)
                .setChartTitleFont(font(Font.BOLD, 16))
                .setChartTitleBoxVisible(false)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setLegendPosition(Styler.LegendPosition.OutsideS)
                .setLegendLayout(Styler.LegendLayout.Horizontal)
                .setLegendBorderColor(Color.WHITE)
                .setLegendFont(font(Font.PLAIN, 12))
                .setChartPadding(14);
        if (logarithmic) {
            chart.getStyler().setYAxisTickLabelsFormattingFunction(FlowPlot::power);
        }
        return chart;
    }

    private static Font font(int style, int size) {
        return new Font(Font.SANS_SERIF, style, size);
    }

    /** As in 1e-6; in full where that is short. */
    private static String power(double value) {
        int exponent = (int) Math.round(Math.log10(value));
        return switch (exponent) {
            case -2, -1 -> Double.toString(Math.pow(10, exponent));
            case 0, 1, 2 -> Integer.toString((int) Math.pow(10, exponent));
            default -> "1e" + exponent;
        };
    }

    private static void add(XYChart chart, Line line, double[] x, double[] y) {
        int[] drawn =
                IntStream.range(0, y.length)
                        .filter(i -> y[i] > 0 && Double.isFinite(y[i]))
                        .toArray();
        if (drawn.length == 0) {
            return;
        }
        if (chart.getStyler().isYAxisLogarithmic()) {
            enclose(chart.getStyler(), y);
        }
        chart.addSeries(
                        line.name(),
                        IntStream.of(drawn).mapToDouble(i -> x[i]).toArray(),
                        IntStream.of(drawn).mapToDouble(i -> y[i]).toArray())
                .setMarker(SeriesMarkers.NONE)
                .setLineColor(line.color() < 0 ? GRAY : COLORS.get(line.color() % COLORS.size()))
                .setLineStyle(line.dashed() ? DASHED : LINE);
    }

    /** One entry below the other where they do not fit beside each other. */
    private static void layLegend(XYChart chart) {
        int characters =
                chart.getSeriesCollection().stream()
                        .mapToInt(series -> series.getName().length() + 6)
                        .sum();
        if (characters > LEGEND_CHARACTERS) {
            chart.getStyler().setLegendLayout(Styler.LegendLayout.Vertical);
        }
    }

    /** Widens a logarithmic axis to whole decades around these numbers. */
    private static void enclose(AxesChartStyler axes, double[] y) {
        double[] decades =
                DoubleStream.of(y)
                        .filter(v -> v > 0 && Double.isFinite(v))
                        .map(Math::log10)
                        .toArray();
        double low = Math.floor(DoubleStream.of(decades).min().orElse(0));
        double high = Math.ceil(DoubleStream.of(decades).max().orElse(0));
        Double min = axes.getYAxisMin();
        Double max = axes.getYAxisMax();
        axes.setYAxisMin(Math.min(Math.pow(10, low), min == null ? Double.MAX_VALUE : min));
        axes.setYAxisMax(Math.max(Math.pow(10, high), max == null ? 0 : max));
    }

    /**
     * Writes the picture.
     *
     * @throws IOException if the file cannot be written
     */
    public void save(Path file) throws IOException {
        charts.forEach(FlowPlot::layLegend);
        int columns = Math.min(COLUMNS, charts.size());
        int rows = (charts.size() + columns - 1) / columns;
        BufferedImage image =
                new BufferedImage(
                        SCALE * columns * WIDTH, SCALE * rows * HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.scale(SCALE, SCALE);
        for (int i = 0; i < charts.size(); i++) {
            Graphics2D panel = (Graphics2D) graphics.create();
            panel.translate(i % columns * WIDTH, i / columns * HEIGHT);
            charts.get(i).paint(panel, WIDTH, HEIGHT);
            panel.dispose();
        }
        graphics.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(png)) {
            ImageIO.write(image, "png", out);
        }
        WholeFile.write(file, png.toByteArray());
    }
}
