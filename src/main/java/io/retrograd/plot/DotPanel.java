package io.retrograd.plot;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;

/** Numbers of several things, a row each: a dot for each number, and a stroke at their mean. */
public final class DotPanel implements Panel {
    private static final int TOP = 44;
    private static final int BOTTOM = 60;
    private static final int RIGHT = 30;
    private static final int TICKS = 6;
    private static final double DOT = 9;
    private static final double STROKE = 24;
    private static final double ROOM = 0.06;

    private final String title;
    private final String xTitle;
    private final Map<String, double[]> rows = new LinkedHashMap<>();

    /** An empty panel. */
    public DotPanel(String title, String x) {
        this.title = title;
        this.xTitle = x;
    }

    /** One more row, below the others. */
    public DotPanel row(String name, double... values) {
        rows.put(name, values.clone());
        return this;
    }

    @Override
    public void paint(Graphics2D graphics, int width, int height) {
        graphics.setColor(Look.INK);
        centred(graphics, Look.font(Font.BOLD, 16), title, width / 2.0, 24);
        Font names = Look.font(Font.PLAIN, 13);
        FontMetrics metrics = graphics.getFontMetrics(names);
        int left = 30 + rows.keySet().stream().mapToInt(metrics::stringWidth).max().orElse(0);
        double least = all().min().orElse(0);
        double most = all().max().orElse(1);
        double room = Math.max(ROOM * (most - least), Double.MIN_NORMAL);
        Axis axis = new Axis(least - room, most + room, left, width - RIGHT);
        Font plain = Look.font(Font.PLAIN, 12);
        for (double tick : Ticks.of(axis.from, axis.to, TICKS)) {
            graphics.setColor(Look.GRID);
            graphics.draw(new Line2D.Double(axis.at(tick), TOP, axis.at(tick), height - BOTTOM));
            graphics.setColor(Look.INK);
            centred(graphics, plain, Ticks.label(tick), axis.at(tick), height - BOTTOM + 18);
        }
        double middle = (left + width - RIGHT) / 2.0;
        centred(graphics, Look.font(Font.PLAIN, 14), xTitle, middle, height - 18);
        double each = (height - TOP - BOTTOM) / (double) rows.size();
        int number = 0;
        for (Map.Entry<String, double[]> row : rows.entrySet()) {
            double y = TOP + (number + 0.5) * each;
            graphics.setFont(names);
            graphics.setColor(Look.INK);
            int words = metrics.stringWidth(row.getKey());
            graphics.drawString(row.getKey(), left - 12 - words, (float) (y + 5));
            row(graphics, axis, number - 1, y, row.getValue());
            number++;
        }
    }

    /** The first row is gray: what the others are compared with. */
    private static void row(Graphics2D graphics, Axis axis, int color, double y, double... values) {
        graphics.setColor(Look.mix(Look.color(color), Color.WHITE, 0.35));
        for (double value : values) {
            double x = axis.at(value) - DOT / 2;
            graphics.fill(new Ellipse2D.Double(x, y - DOT / 2, DOT, DOT));
        }
        double mean = axis.at(Arrays.stream(values).average().orElse(Double.NaN));
        graphics.setColor(Look.INK);
        graphics.setStroke(Look.stroke(2));
        graphics.draw(new Line2D.Double(mean, y - STROKE / 2, mean, y + STROKE / 2));
        graphics.setStroke(Look.stroke(1));
    }

    /** An axis of pixels. */
    private record Axis(double from, double to, double left, double right) {
        double at(double value) {
            return left + (value - from) / (to - from) * (right - left);
        }
    }

    private DoubleStream all() {
        return rows.values().stream().flatMapToDouble(Arrays::stream);
    }

    private static void centred(
            Graphics2D graphics, Font font, String words, double centre, double baseline) {
        graphics.setFont(font);
        double half = graphics.getFontMetrics().stringWidth(words) / 2.0;
        graphics.drawString(words, (float) (centre - half), (float) baseline);
    }
}
