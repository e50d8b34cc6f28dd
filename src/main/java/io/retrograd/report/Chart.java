package io.retrograd.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/**
 * Lines over one another as an SVG picture, whose colors the page gives: they are the classes
 * {@code c0}, {@code c1} and so on. What is not finite, or not above 0 on a logarithmic axis, is
 * left out.
 */
final class Chart {
    static final double WIDTH = 480;
    private static final double HEIGHT = 250;
    private static final double LEFT = 52;
    private static final double RIGHT = 14;
    private static final double TOP = 10;
    private static final double BOTTOM = 40;

    /** As many dots of a line can be told apart. */
    private static final int DOTS = 60;

    private final String title;
    private final String xTitle;
    private final Axis x;
    private final Axis y;
    private final DoubleFunction<String> yLabel;
    private final List<Line> lines = new ArrayList<>();
    private final List<Mark> marks = new ArrayList<>();

    /** A point of a line. */
    record Point(double x, double y) {}

    /**
     * A line.
     *
     * @param color the number of its color
     * @param style more of the page's classes: {@code faint}, {@code dashed}; empty for neither
     * @param dots whether each point has a dot that tells its numbers
     */
    record Line(String name, int color, String style, boolean dots, List<Point> points) {}

    /** A point that stands out, with a line down to the axis. */
    private record Mark(String name, int color, Point point) {}

    /**
     * An empty chart.
     *
     * @param title what it shows, for those who cannot see it
     */
    Chart(String title, String xTitle, Axis x, Axis y) {
        this(title, xTitle, x, y, y::label);
    }

    /** The same with another way to write the numbers beside the upright axis. */
    Chart(String title, String xTitle, Axis x, Axis y, DoubleFunction<String> yLabel) {
        this.title = title;
        this.xTitle = xTitle;
        this.x = x;
        this.y = y;
        this.yLabel = yLabel;
    }

    void add(Line line) {
        if (!line.points.isEmpty()) {
            lines.add(line);
        }
    }

    /** Whether there is no line. */
    boolean empty() {
        return lines.isEmpty();
    }

    void mark(String name, int color, double markX, double markY) {
        marks.add(new Mark(name, color, new Point(markX, markY)));
    }

    /** The names of the lines beside their colors, as HTML. */
    String legend() {
        StringBuilder html = new StringBuilder("<p class=\"legend\">");
        for (Line line : lines) {
            html.append("<span><svg class=\"key\" viewBox=\"0 0 24 10\" aria-hidden=\"true\">");
            html.append("<path class=\"line ").append(classes(line)).append("\" d=\"M1 5H23\"/>");
            if (line.dots) {
                html.append("<circle class=\"dot c").append(line.color);
                html.append("\" cx=\"12\" cy=\"5\" r=\"3\"/>");
            }
            html.append("</svg>").append(Html.escaped(line.name)).append("</span> ");
        }
        for (Mark mark : marks) {
            html.append("<span><svg class=\"key\" viewBox=\"0 0 24 10\" aria-hidden=\"true\">");
            html.append("<circle class=\"mark c").append(mark.color);
            html.append("\" cx=\"12\" cy=\"5\" r=\"4\"/></svg>");
            html.append(Html.escaped(mark.name)).append("</span> ");
        }
        return html.append("</p>\n").toString();
    }

    /** The picture. */
    String svg() {
        StringBuilder svg = new StringBuilder();
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<svg class=\"chart\" viewBox=\"0 0 %.0f %.0f\" role=\"img\""
                                + " aria-label=\"%s\">%n",
                        WIDTH,
                        HEIGHT,
                        Html.escaped(title)));
        grid(svg);
        lines.forEach(line -> line(svg, line));
        marks.forEach(mark -> mark(svg, mark));
        return svg.append("</svg>\n").toString();
    }

    private void grid(StringBuilder svg) {
        for (double tick : y.ticks()) {
            String at = Html.at(down(tick));
            svg.append(
                    String.format(
                            "<path class=\"grid\" d=\"M%s %sH%s\"/>"
                                    + "<text class=\"end\" x=\"%s\" y=\"%s\" dy=\".35em\">%s</text>%n",
                            Html.at(LEFT),
                            at,
                            Html.at(WIDTH - RIGHT),
                            Html.at(LEFT - 7),
                            at,
                            Html.escaped(yLabel.apply(tick))));
        }
        String bottom = Html.at(HEIGHT - BOTTOM);
        for (double tick : x.ticks()) {
            String at = Html.at(right(tick));
            svg.append(
                    String.format(
                            "<path class=\"tick\" d=\"M%s %sv4\"/>"
                                    + "<text class=\"middle\" x=\"%s\" y=\"%s\">%s</text>%n",
                            at,
                            bottom,
                            at,
                            Html.at(HEIGHT - BOTTOM + 17),
                            Html.escaped(x.label(tick))));
        }
        svg.append(
                String.format(
                        "<path class=\"axis\" d=\"M%s %sH%s\"/>"
                                + "<text class=\"middle\" x=\"%s\" y=\"%s\">%s</text>%n",
                        Html.at(LEFT),
                        bottom,
                        Html.at(WIDTH - RIGHT),
                        Html.at((LEFT + WIDTH - RIGHT) / 2),
                        Html.at(HEIGHT - 6),
                        Html.escaped(xTitle)));
    }

    private void line(StringBuilder svg, Line line) {
        List<Point> seen = line.points.stream().filter(this::visible).toList();
        String d =
                seen.stream()
                        .map(p -> Html.at(right(p.x)) + " " + Html.at(down(p.y)))
                        .collect(Collectors.joining("L"));
        if (!d.isEmpty()) {
            svg.append("<path class=\"line ").append(classes(line)).append("\" d=\"M");
            svg.append(d).append("\"/>\n");
        }
        if (line.dots || seen.size() == 1) {
            seen.forEach(p -> dot(svg, line, p, seen.size() <= DOTS ? 3 : 1.5));
        }
    }

    private void dot(StringBuilder svg, Line line, Point p, double radius) {
        svg.append(
                String.format(
                        "<circle class=\"dot c%d\" cx=\"%s\" cy=\"%s\" r=\"%s\"><title>%s, %s %s:"
                                + " %s</title></circle>%n",
                        line.color,
                        Html.at(right(p.x)),
                        Html.at(down(p.y)),
                        Html.at(radius),
                        Html.escaped(line.name),
                        Html.escaped(xTitle),
                        Html.at(p.x),
                        Html.number(p.y)));
    }

    private void mark(StringBuilder svg, Mark mark) {
        if (visible(mark.point)) {
            svg.append(
                    String.format(
                            "<path class=\"line dashed c%d\" d=\"M%s %sV%s\"/>"
                                    + "<circle class=\"mark c%d\" cx=\"%s\" cy=\"%s\" r=\"5\">"
                                    + "<title>%s: %s</title></circle>%n",
                            mark.color,
                            Html.at(right(mark.point.x)),
                            Html.at(down(mark.point.y)),
                            Html.at(HEIGHT - BOTTOM),
                            mark.color,
                            Html.at(right(mark.point.x)),
                            Html.at(down(mark.point.y)),
                            Html.escaped(mark.name),
                            Html.number(mark.point.x)));
        }
    }

    private static String classes(Line line) {
        return ("c" + line.color + " " + line.style).strip();
    }

    private boolean visible(Point p) {
        double across = x.position(p.x);
        double up = y.position(p.y);
        return Double.isFinite(up) && across >= -1e-9 && across <= 1 + 1e-9;
    }

    private double right(double value) {
        return LEFT + x.position(value) * (WIDTH - LEFT - RIGHT);
    }

    /** What lies above or below the axis is drawn at its end. */
    private double down(double value) {
        double up = Math.max(0, Math.min(1, y.position(value)));
        return HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM);
    }
}
