package io.retrograd.plot;

import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.List;

/** Names beside samples of their lines, in as many centred rows as they take. */
final class Legend {
    private static final Font FONT = Look.font(Font.PLAIN, 12);
    private static final BasicStroke LINE = Look.stroke(2.2f);
    private static final BasicStroke DASHED = Look.stroke(1.6f, 7, 5);
    private static final int SAMPLE = 24;
    private static final int SPACE = 6;
    private static final int GAP = 18;
    private static final int ROW = 19;
    private static final int DOT = 6;
    private static final int MARGIN = 40;

    private final List<LinePanel.Line> lines = new ArrayList<>();

    void add(LinePanel.Line line) {
        lines.add(line);
    }

    /** The height that it takes in this width. */
    int height(Graphics2D graphics, int width) {
        return lines.isEmpty()
                ? 0
                : ROW * rows(graphics.getFontMetrics(FONT), width).size() + SPACE;
    }

    private static int width(FontMetrics font, LinePanel.Line line) {
        return SAMPLE + SPACE + font.stringWidth(line.name()) + GAP;
    }

    private List<List<LinePanel.Line>> rows(FontMetrics font, int width) {
        List<List<LinePanel.Line>> rows = new ArrayList<>();
        int taken = width;
        for (LinePanel.Line line : lines) {
            taken += width(font, line);
            if (taken > width - MARGIN) {
                rows.add(new ArrayList<>());
                taken = width(font, line);
            }
            rows.get(rows.size() - 1).add(line);
        }
        return rows;
    }

    /** Draws it below a place, in the middle of a width. */
    void paint(Graphics2D graphics, int width, double top) {
        FontMetrics font = graphics.getFontMetrics(FONT);
        graphics.setFont(FONT);
        double baseline = top + ROW - SPACE;
        for (List<LinePanel.Line> row : rows(font, width)) {
            int wide = row.stream().mapToInt(line -> width(font, line)).sum() - GAP;
            double x = (width - wide) / 2.0;
            for (LinePanel.Line line : row) {
                sample(graphics, line, x, baseline - 4);
                graphics.setColor(Look.INK);
                graphics.drawString(line.name(), (float) (x + SAMPLE + SPACE), (float) baseline);
                x += width(font, line);
            }
            baseline += ROW;
        }
    }

    private static void sample(Graphics2D graphics, LinePanel.Line line, double x, double y) {
        graphics.setColor(Look.color(line.color()));
        if (line.kind() == LinePanel.Kind.POINTS) {
            double left = x + (SAMPLE - DOT) / 2.0;
            graphics.fill(new Ellipse2D.Double(left, y - DOT / 2.0, DOT, DOT));
        } else {
            graphics.setStroke(line.kind() == LinePanel.Kind.DASHED ? DASHED : LINE);
            graphics.draw(new Line2D.Double(x, y, x + SAMPLE, y));
        }
    }
}
