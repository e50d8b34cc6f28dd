package io.retrograd.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Lines, points and bands over an axis. What is not finite, or not above 0 on a logarithmic axis,
 * is left out.
 */
public final class LinePanel implements Panel {
    private static final int RAISED = 6;
    private static final int BAND_OPACITY = 48;
    private static final int MARKER = 6;

    /** Room on the right, in shares of the width; with it XChart takes round numbers for ticks. */
    private static final double ROOM = 0.01;

    private static final BasicStroke LINE = Look.stroke(2.2f);
    private static final BasicStroke DASHED = Look.stroke(1.6f, 7, 5);
    private static final BasicStroke NONE = Look.stroke(0);

    private final XYChart chart;
    private final Legend legend = new Legend();
    private int bands;
    private boolean logarithmic;
    private double left = Double.POSITIVE_INFINITY;
    private double right = Double.NEGATIVE_INFINITY;

    /** How a {@link Line} is drawn. */
    public enum Kind {
        SOLID,
        DASHED,
        POINTS
    }

    /**
     * A line with its place in the legend.
     *
     * @param color its number in the palette, from 0, or −1 for gray
     */
    public record Line(String name, int color, Kind kind) {
        /** A solid one. */
        public static Line solid(String name, int color) {
            return new Line(name, color, Kind.SOLID);
        }

        public static Line dashed(String name, int color) {
            return new Line(name, color, Kind.DASHED);
        }

        /** Points without a line. */
        public static Line points(String name, int color) {
            return new Line(name, color, Kind.POINTS);
        }
    }

    /** An empty panel. */
    public LinePanel(String title, String x, String y) {
        chart = new XYChartBuilder().title(title).xAxisTitle(x).yAxisTitle(y).build();
        chart.getStyler()
                .setPlotGridLinesColor(Look.GRID)
                .setPlotGridLinesStroke(Look.stroke(1))
                .setAxisTitleFont(Look.font(Font.PLAIN, 14))
                .setAxisTickLabelsFont(Look.font(Font.PLAIN, 12))
                .setXAxisDecimalPattern("0.##")
                .setChartTitleFont(Look.font(Font.BOLD, 16))
                .setChartTitleBoxVisible(false)
                .setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setLegendVisible(false)
                .setChartFontColor(Look.INK)
                .setChartPadding(14);
    }

    /** Has the upright axis be logarithmic; before the first line. */
    public LinePanel logarithmic() {
        logarithmic = true;
        chart.getStyler().setYAxisTickLabelsFormattingFunction(LinePanel::power);
        return this;
    }

    /** Has the horizontal axis begin there. */
    public LinePanel fromX(double least) {
        chart.getStyler().setXAxisMin(least);
        return this;
    }

    /** Has the upright axis begin there. */
    public LinePanel fromY(double least) {
        chart.getStyler().setYAxisMin(least);
        return this;
    }

    /** Has the upright axis show this range. */
    public LinePanel y(double least, double most) {
        chart.getStyler().setYAxisMin(least).setYAxisMax(most);
        return this;
    }

    /** One more line, with an entry in the legend. */
    public LinePanel line(Line line, double[] x, double[] y) {
        int[] drawn = IntStream.range(0, y.length).filter(i -> shown(y[i])).toArray();
        if (drawn.length == 0) {
            return this;
        }
        double[] along = IntStream.of(drawn).mapToDouble(i -> x[i]).toArray();
        double[] heights = IntStream.of(drawn).mapToDouble(i -> height(y[i])).toArray();
        enclose(along, heights);
        legend.add(line);
        XYSeries series = chart.addSeries(line.name(), along, heights);
        Color color = Look.color(line.color());
        series.setMarker(SeriesMarkers.NONE)
                .setLineColor(color)
                .setLineStyle(line.kind() == Kind.DASHED ? DASHED : LINE);
        if (line.kind() == Kind.POINTS) {
            chart.getStyler().setMarkerSize(MARKER);
            series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter)
                    .setMarker(SeriesMarkers.CIRCLE)
                    .setMarkerColor(color);
        }
        return this;
    }

    /** Shades what lies between two lines, without an entry in the legend. */
    public LinePanel band(int color, double[] x, double[] low, double[] high) {
        int[] drawn =
                IntStream.range(0, x.length).filter(i -> shown(low[i]) && shown(high[i])).toArray();
        if (drawn.length < 2) {
            return this;
        }
        int[] back =
                IntStream.rangeClosed(1, drawn.length).map(i -> drawn[drawn.length - i]).toArray();
        double[] outline =
                DoubleStream.concat(
                                IntStream.of(drawn).mapToDouble(i -> height(low[i])),
                                IntStream.of(back).mapToDouble(i -> height(high[i])))
                        .toArray();
        double[] along =
                IntStream.concat(IntStream.of(drawn), IntStream.of(back))
                        .mapToDouble(i -> x[i])
                        .toArray();
        enclose(along, outline);
        Color edge = Look.color(color);
        chart.addSeries("band " + bands++, along, outline)
                .setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.PolygonArea)
                .setMarker(SeriesMarkers.NONE)
                .setLineStyle(NONE)
                .setLineColor(new Color(edge.getRed(), edge.getGreen(), edge.getBlue(), 0))
                .setFillColor(
                        new Color(edge.getRed(), edge.getGreen(), edge.getBlue(), BAND_OPACITY));
        return this;
    }

    private boolean shown(double y) {
        return Double.isFinite(y) && (y > 0 || !logarithmic);
    }

    /** Where a number stands: on a logarithmic axis at its logarithm. */
    private double height(double y) {
        return logarithmic ? Math.log10(y) : y;
    }

    /** Widens the axes: a logarithmic one to whole decades. */
    private void enclose(double[] x, double[] heights) {
        left = Math.min(left, DoubleStream.of(x).min().orElse(left));
        right = Math.max(right, DoubleStream.of(x).max().orElse(right));
        if (logarithmic) {
            AxesChartStyler axes = chart.getStyler();
            double low = Math.floor(DoubleStream.of(heights).min().orElse(0));
            double high = Math.ceil(DoubleStream.of(heights).max().orElse(0));
            Double min = axes.getYAxisMin();
            Double max = axes.getYAxisMax();
            axes.setYAxisMin(min == null ? low : Math.min(low, min));
            axes.setYAxisMax(max == null ? high : Math.max(high, max));
        }
    }

    /** A power of ten, as in 1e-6, in full where that is short; nothing between powers. */
    private static String power(double exponent) {
        if (exponent != Math.rint(exponent)) {
            return "";
        }
        return exponent >= -2 && exponent <= 2
                ? BigDecimal.ONE.scaleByPowerOfTen((int) exponent).toPlainString()
                : String.format(Locale.ROOT, "1e%d", (int) exponent);
    }

    @Override
    public void paint(Graphics2D graphics, int width, int height) {
        chart.getStyler().setXAxisMax(right + ROOM * (right - left));
        int below = legend.height(graphics, width);
        chart.paint(graphics, width, height - below);
        legend.paint(graphics, width, height - below - RAISED);
    }
}
