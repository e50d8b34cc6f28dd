package io.retrograd.plot;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A field over a plane: shades and contours of a {@link Grid}, and points and paths on it. A panel
 * without titles of axes has no numbers beside it either, as the frames of a film.
 */
public final class FieldPanel implements Panel {
    private static final BasicStroke CONTOUR = Look.stroke(0.8f);
    private static final BasicStroke BOUNDARY = Look.stroke(1.8f);
    private static final BasicStroke PATH = Look.stroke(2);
    private static final double POINT = 5;
    private static final double STEP = 4;
    private static final double MARK = 13;
    private static final int TICKS = 7;
    private static final double TOP = 36;
    private static final double MARGIN = 8;
    private static final double PALE = 0.5;

    /** Colours of a shade: few, so that files are small. */
    private static final int STEPS = 20;

    private final String title;
    private final String xTitle;
    private final String yTitle;
    private final double[] range;
    private final List<Consumer<Canvas>> drawings = new ArrayList<>();
    private final Legend legend = new Legend();

    /** Where the field lies, and what draws on it. */
    private static final class Canvas {
        private final Graphics2D graphics;
        private final Rectangle2D box;
        private final double[] range;

        Canvas(Graphics2D graphics, Rectangle2D box, double[] range) {
            this.graphics = graphics;
            this.box = box;
            this.range = range;
        }

        double x(double value) {
            return box.getX() + (value - range[0]) / (range[1] - range[0]) * box.getWidth();
        }

        double y(double value) {
            return box.getMaxY() - (value - range[2]) / (range[3] - range[2]) * box.getHeight();
        }
    }

    /** How values become colours. */
    public enum Shade {
        /** The first two colours, pale, for 0 and 1, white between them. */
        TWO_CLASSES,
        /** From white at 0 to the fourth colour at 1. */
        RISING,
        /** From pale at 0 to a deeper blue at 1. */
        DEPTH;

        private Color of(double value) {
            double share = Math.rint(STEPS * Math.max(0, Math.min(1, value))) / STEPS;
            return switch (this) {
                case TWO_CLASSES ->
                        Look.mix(
                                Color.WHITE,
                                Look.color(share < 0.5 ? 0 : 1),
                                PALE * Math.abs(2 * share - 1));
                case RISING -> Look.mix(Color.WHITE, Look.color(3), share);
                case DEPTH -> Look.mix(new Color(0xF4F9FD), new Color(0x9DC6E0), share);
            };
        }
    }

    /** An empty field as large as a grid, with numbers beside it. */
    public FieldPanel(String title, String xTitle, String yTitle, Grid grid) {
        this.title = title;
        this.xTitle = xTitle;
        this.yTitle = yTitle;
        range = grid.range();
    }

    /** The same without numbers beside it, as a frame of a film. */
    public FieldPanel(String title, Grid grid) {
        this(title, "", "", grid);
    }

    /** Fills the field; each point of the grid becomes a rectangle of its colour. */
    public FieldPanel shade(Grid grid, Shade shade) {
        return draw(canvas -> shade(canvas, grid, shade));
    }

    private static void shade(Canvas canvas, Grid grid, Shade shade) {
        BufferedImage image =
                new BufferedImage(grid.columns(), grid.rows(), BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < grid.rows(); row++) {
            for (int column = 0; column < grid.columns(); column++) {
                int rgb = shade.of(grid.value(row, column)).getRGB();
                image.setRGB(column, grid.rows() - 1 - row, rgb);
            }
        }
        Rectangle2D box = canvas.box;
        canvas.graphics.drawImage(
                image,
                (int) box.getX(),
                (int) box.getY(),
                (int) box.getWidth(),
                (int) box.getHeight(),
                /* observer= */ null);
    }

    /** Draws thin lines at which a field has these values. */
    public FieldPanel contours(Grid grid, double... levels) {
        return draw(
                canvas -> {
                    for (double level : levels) {
                        contour(canvas, grid, level, CONTOUR, Look.GRAY);
                    }
                });
    }

    /** Draws a strong line at which a field has this value. */
    public FieldPanel boundary(Grid grid, double level) {
        return draw(canvas -> contour(canvas, grid, level, BOUNDARY, Look.INK));
    }

    private static void contour(
            Canvas canvas, Grid grid, double level, BasicStroke stroke, Color color) {
        canvas.graphics.setStroke(stroke);
        canvas.graphics.setColor(color);
        for (Grid.Piece piece : grid.contour(level)) {
            canvas.graphics.draw(
                    new Line2D.Double(
                            canvas.x(piece.fromX()),
                            canvas.y(piece.fromY()),
                            canvas.x(piece.toX()),
                            canvas.y(piece.toY())));
        }
    }

    /** Points with a white rim. */
    public FieldPanel points(int color, double[] x, double[] y) {
        return draw(
                canvas -> {
                    for (int i = 0; i < x.length; i++) {
                        dot(canvas, Look.color(color), POINT, x[i], y[i]);
                    }
                });
    }

    /** A word at each of some places, in the colour of a class, as of a digit; −1 for ink. */
    public FieldPanel words(int number, String word, double[] x, double[] y) {
        return draw(
                canvas -> {
                    Font font = Look.font(Font.BOLD, 11);
                    canvas.graphics.setFont(font);
                    canvas.graphics.setColor(Look.ofClass(number));
                    double half = canvas.graphics.getFontMetrics().stringWidth(word) / 2.0;
                    for (int i = 0; i < x.length; i++) {
                        canvas.graphics.drawString(
                                word,
                                (float) (canvas.x(x[i]) - half),
                                (float) (canvas.y(y[i]) + font.getSize() / 3.0));
                    }
                });
    }

    private static void dot(Canvas canvas, Color color, double size, double x, double y) {
        Shape dot =
                new Ellipse2D.Double(canvas.x(x) - size / 2, canvas.y(y) - size / 2, size, size);
        canvas.graphics.setColor(color);
        canvas.graphics.fill(dot);
        canvas.graphics.setStroke(CONTOUR);
        canvas.graphics.setColor(Color.WHITE);
        canvas.graphics.draw(dot);
    }

    /**
     * A path with its place in the legend.
     *
     * @param dots of its points, the first ones, that are marked
     */
    public FieldPanel path(String name, int color, int dots, double[] x, double[] y) {
        legend.add(LinePanel.Line.solid(name, color));
        return draw(
                canvas -> {
                    Path2D path = new Path2D.Double();
                    path.moveTo(canvas.x(x[0]), canvas.y(y[0]));
                    for (int i = 1; i < x.length; i++) {
                        path.lineTo(canvas.x(x[i]), canvas.y(y[i]));
                    }
                    canvas.graphics.setStroke(PATH);
                    canvas.graphics.setColor(Look.color(color));
                    canvas.graphics.draw(path);
                    for (int i = 0; i < Math.min(dots, x.length); i++) {
                        dot(canvas, Look.color(color), STEP, x[i], y[i]);
                    }
                });
    }

    /** A cross at a place, with a word beside it. */
    public FieldPanel mark(String name, double x, double y) {
        return draw(
                canvas -> {
                    Graphics2D graphics = canvas.graphics;
                    double atX = canvas.x(x);
                    double atY = canvas.y(y);
                    double arm = MARK / 2;
                    graphics.setColor(Look.INK);
                    graphics.setStroke(PATH);
                    graphics.draw(new Line2D.Double(atX - arm, atY, atX + arm, atY));
                    graphics.draw(new Line2D.Double(atX, atY - arm, atX, atY + arm));
                    graphics.setFont(Look.font(Font.PLAIN, 12));
                    graphics.drawString(name, (float) (atX + arm), (float) (atY - arm));
                });
    }

    private FieldPanel draw(Consumer<Canvas> drawing) {
        drawings.add(drawing);
        return this;
    }

    @Override
    public void paint(Graphics2D graphics, int width, int height) {
        boolean numbered = !xTitle.isEmpty();
        int below = legend.height(graphics, width);
        Rectangle2D box = numbered ? numbered(width, height - below) : bare(width, height);
        text(graphics, Look.font(Font.BOLD, numbered ? 16 : 14), title, width / 2.0, TOP - 12);
        Graphics2D inside = (Graphics2D) graphics.create();
        inside.clip(box);
        Canvas canvas = new Canvas(inside, box, range);
        drawings.forEach(drawing -> drawing.accept(canvas));
        inside.dispose();
        graphics.setColor(Look.GRAY);
        graphics.setStroke(CONTOUR);
        graphics.draw(box);
        if (numbered) {
            axes(graphics, new Canvas(graphics, box, range));
        }
        legend.paint(graphics, width, height - below - MARGIN);
    }

    private static Rectangle2D numbered(int width, int height) {
        double left = 78;
        return new Rectangle2D.Double(left, TOP, width - left - 20, height - TOP - 56);
    }

    /** As wide as high for a square field. */
    private Rectangle2D bare(int width, int height) {
        double across = range[1] - range[0];
        double up = range[3] - range[2];
        double point = Math.min((width - 2 * MARGIN) / across, (height - TOP - MARGIN) / up);
        double left = (width - across * point) / 2;
        return new Rectangle2D.Double(left, TOP, across * point, up * point);
    }

    private void axes(Graphics2D graphics, Canvas canvas) {
        Font plain = Look.font(Font.PLAIN, 12);
        Rectangle2D box = canvas.box;
        for (double tick : Ticks.of(range[0], range[1], TICKS)) {
            text(graphics, plain, Ticks.label(tick), canvas.x(tick), box.getMaxY() + 17);
        }
        for (double tick : Ticks.of(range[2], range[3], TICKS)) {
            double half = graphics.getFontMetrics(plain).stringWidth(Ticks.label(tick)) / 2.0;
            double at = box.getX() - 7 - half;
            text(graphics, plain, Ticks.label(tick), at, canvas.y(tick) + 4);
        }
        Font titles = Look.font(Font.PLAIN, 14);
        text(graphics, titles, xTitle, box.getCenterX(), box.getMaxY() + 40);
        Graphics2D turned = (Graphics2D) graphics.create();
        turned.translate(24, box.getCenterY());
        turned.rotate(-Math.PI / 2);
        text(turned, titles, yTitle, 0, 0);
        turned.dispose();
    }

    /** Writes words around a place. */
    private static void text(
            Graphics2D graphics, Font font, String words, double centre, double baseline) {
        graphics.setFont(font);
        graphics.setColor(Look.INK);
        double half = graphics.getFontMetrics().stringWidth(words) / 2.0;
        graphics.drawString(words, (float) (centre - half), (float) baseline);
    }
}
