package io.retrograd.demo;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.WritableRaster;
import java.util.SplittableRandom;

/**
 * Draws a fruit on a table: its colour and spots follow its ripeness; place, size, rotation, light,
 * shadow, colour of the light and background are random.
 */
final class FruitPicture {
    /** How far the middle of a fruit may lie from the picture's, as a share of the side. */
    private static final double OFF_CENTRE = 0.06;

    private static final double SMALLEST = 0.62;
    private static final double LARGEST = 0.84;
    private static final int NOISE = 7;

    /** From this ripeness on a fruit has spots. */
    private static final double SPOTTED = 0.55;

    private static final double MOST_SPOTS = 34;

    /** What is drawn, by its outline in a square of side 1 around 0, and its colours. */
    enum Kind {
        BANANA(new Color(0x4F9A32), new Color(0xF7D32E), new Color(0x8A5A1E)),
        TOMATO(new Color(0x7DAA3C), new Color(0xDE2A1B), new Color(0x7A2018)),
        PEAR(new Color(0x3F8F3F), new Color(0xE6C234), new Color(0x85562A));

        private final Color unripe;
        private final Color ripe;
        private final Color overripe;

        Kind(Color unripe, Color ripe, Color overripe) {
            this.unripe = unripe;
            this.ripe = ripe;
            this.overripe = overripe;
        }

        private Color color(double ripeness) {
            return ripeness < 0.5
                    ? mix(unripe, ripe, 2 * ripeness)
                    : mix(ripe, overripe, 2 * ripeness - 1);
        }

        private Shape outline() {
            Path2D path = new Path2D.Double();
            switch (this) {
                case BANANA -> {
                    path.moveTo(-0.50, -0.16);
                    path.curveTo(-0.34, 0.16, 0.16, 0.26, 0.47, -0.12);
                    path.curveTo(0.52, -0.16, 0.54, -0.06, 0.50, 0.0);
                    path.curveTo(0.26, 0.48, -0.34, 0.42, -0.53, -0.10);
                }
                case TOMATO -> {
                    path.moveTo(0, -0.36);
                    path.curveTo(0.30, -0.50, 0.52, -0.24, 0.48, 0.06);
                    path.curveTo(0.44, 0.36, 0.20, 0.44, 0, 0.42);
                    path.curveTo(-0.20, 0.44, -0.44, 0.36, -0.48, 0.06);
                    path.curveTo(-0.52, -0.24, -0.30, -0.50, 0, -0.36);
                }
                case PEAR -> {
                    path.moveTo(0, -0.48);
                    path.curveTo(0.18, -0.48, 0.15, -0.20, 0.24, -0.06);
                    path.curveTo(0.46, 0.20, 0.34, 0.48, 0, 0.46);
                    path.curveTo(-0.34, 0.48, -0.46, 0.20, -0.24, -0.06);
                    path.curveTo(-0.15, -0.20, -0.18, -0.48, 0, -0.48);
                }
            }
            path.closePath();
            return path;
        }

        /** Where its stem begins and ends. */
        private double[] stem() {
            return switch (this) {
                case BANANA -> new double[] {-0.50, -0.12, -0.57, -0.27};
                case TOMATO -> new double[] {0, -0.34, 0.04, -0.46};
                case PEAR -> new double[] {0, -0.46, 0.06, -0.60};
            };
        }
    }

    private final SplittableRandom random;
    private final BufferedImage image;
    private final Graphics2D graphics;

    private FruitPicture(int side, long seed) {
        random = new SplittableRandom(seed);
        image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    }

    /**
     * Draws one.
     *
     * @param ripeness 0 for the least ripe, 0.5 for ripe, 1 for the most overripe
     * @param side of the picture, in pixels
     */
    static BufferedImage draw(Kind kind, double ripeness, int side, long seed) {
        FruitPicture picture = new FruitPicture(side, seed);
        picture.background(side);
        picture.fruit(kind, ripeness, side);
        picture.graphics.dispose();
        picture.light();
        return picture.image;
    }

    /** A table: two muted colours, stripes as of wood or cloth, and stains. */
    private void background(int side) {
        float hue = (float) random.nextDouble();
        float saturation = (float) random.nextDouble(0.05, 0.45);
        float brightness = (float) random.nextDouble(0.25, 0.9);
        Color first = Color.getHSBColor(hue, saturation, brightness);
        Color second = Color.getHSBColor(hue + 0.06f, saturation, brightness * 0.75f);
        graphics.setPaint(
                new GradientPaint(
                        0, 0, first, side, (float) (side * random.nextDouble(-1, 1)), second));
        graphics.fillRect(0, 0, side, side);
        AffineTransform before = graphics.getTransform();
        graphics.rotate(random.nextDouble(Math.PI), side / 2.0, side / 2.0);
        double width = random.nextDouble(0.04, 0.2) * side;
        graphics.setColor(translucent(second.darker(), random.nextInt(20, 90)));
        for (double x = -side; x < 2 * side; x += 2 * width) {
            graphics.fill(new Rectangle2D.Double(x, -side, width, 3.0 * side));
        }
        graphics.setTransform(before);
        for (int i = random.nextInt(5); i > 0; i--) {
            Color stain = Color.getHSBColor((float) random.nextDouble(), 0.5f, brightness);
            graphics.setColor(translucent(stain, 110));
            graphics.fill(
                    circle(
                            random.nextDouble(side),
                            random.nextDouble(side),
                            random.nextDouble(0.04, 0.16) * side));
        }
    }

    private void fruit(Kind kind, double ripeness, int side) {
        double size = random.nextDouble(SMALLEST, LARGEST) * side;
        double off = OFF_CENTRE * side;
        double x = side / 2.0 + random.nextDouble(-off, off);
        double y = side / 2.0 + random.nextDouble(-off, off);
        double sun = random.nextDouble(2 * Math.PI);
        AffineTransform placed = AffineTransform.getTranslateInstance(x, y);
        placed.rotate(random.nextDouble(2 * Math.PI));
        placed.scale(size, size * random.nextDouble(0.85, 1.1));
        Shape outline = placed.createTransformedShape(kind.outline());
        shadow(outline, -0.06 * size * Math.cos(sun), -0.06 * size * Math.sin(sun));
        stem(kind, placed, size);
        Color skin = jittered(kind.color(ripeness));
        double lightX = x + 0.22 * size * Math.cos(sun);
        double lightY = y + 0.22 * size * Math.sin(sun);
        graphics.setPaint(
                new RadialGradientPaint(
                        new Point2D.Double(lightX, lightY),
                        (float) (0.75 * size),
                        new float[] {0, 0.45f, 1},
                        new Color[] {
                            mix(skin, Color.WHITE, 0.16), skin, mix(skin, Color.BLACK, 0.5)
                        }));
        graphics.fill(outline);
        Shape clip = graphics.getClip();
        graphics.clip(outline);
        patches(kind, ripeness, placed);
        spots(ripeness, placed);
        shine(lightX, lightY, size, ripeness);
        graphics.setClip(clip);
    }

    private void shadow(Shape outline, double dx, double dy) {
        for (int i = 3; i > 0; i--) {
            graphics.setColor(new Color(0, 0, 0, 38));
            graphics.fill(
                    AffineTransform.getTranslateInstance(dx * i / 2, dy * i / 2)
                            .createTransformedShape(outline));
        }
    }

    private void stem(Kind kind, AffineTransform placed, double size) {
        double[] at = kind.stem();
        placed.transform(at, 0, at, 0, 2);
        Path2D line = new Path2D.Double();
        line.moveTo(at[0], at[1]);
        line.lineTo(at[2], at[3]);
        graphics.setColor(new Color(0x4A3A20));
        graphics.setStroke(
                new BasicStroke(
                        (float) (0.05 * size), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(line);
    }

    /** Parts that are behind or ahead of the rest. */
    private void patches(Kind kind, double ripeness, AffineTransform placed) {
        for (int i = 0; i < 4; i++) {
            double other = Math.max(0, Math.min(1, ripeness + random.nextDouble(-0.1, 0.1)));
            graphics.setColor(translucent(kind.color(other), 90));
            graphics.fill(placed.createTransformedShape(somewhere(0.15, 0.35)));
        }
    }

    private void spots(double ripeness, AffineTransform placed) {
        double share = Math.max(0, (ripeness - SPOTTED) / (1 - SPOTTED));
        int count = (int) Math.round(MOST_SPOTS * share * random.nextDouble(0.6, 1));
        for (int i = 0; i < count; i++) {
            graphics.setColor(new Color(0x3A, 0x22, 0x10, random.nextInt(110, 220)));
            double largest = 0.03 + 0.09 * share;
            graphics.fill(placed.createTransformedShape(somewhere(0.012, largest)));
        }
    }

    /** A circle within the outline's square. */
    private Shape somewhere(double smallest, double largest) {
        return circle(
                random.nextDouble(-0.5, 0.5),
                random.nextDouble(-0.5, 0.5),
                random.nextDouble(smallest, largest));
    }

    private void shine(double x, double y, double size, double ripeness) {
        graphics.setComposite(
                AlphaComposite.getInstance(
                        AlphaComposite.SRC_OVER, (float) (0.55 * (1 - 0.7 * ripeness))));
        graphics.setColor(Color.WHITE);
        graphics.fill(circle(x, y, 0.06 * size));
        graphics.setComposite(AlphaComposite.SrcOver);
    }

    /** Brightness and colour of the light, and the camera's noise. */
    private void light() {
        double brightness = random.nextDouble(0.7, 1.15);
        double warmth = random.nextDouble(-0.1, 0.1);
        double[] gains = {brightness * (1 + warmth), brightness, brightness * (1 - warmth)};
        WritableRaster raster = image.getRaster();
        int[] values = raster.getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null);
        for (int i = 0; i < values.length; i++) {
            int lit = (int) (gains[i % gains.length] * values[i]);
            values[i] = Math.max(0, Math.min(255, lit + random.nextInt(-NOISE, NOISE + 1)));
        }
        raster.setPixels(0, 0, image.getWidth(), image.getHeight(), values);
    }

    private Color jittered(Color color) {
        float[] hsb = Color.RGBtoHSB(color.getRed(), color.getGreen(), color.getBlue(), null);
        return Color.getHSBColor(
                hsb[0] + (float) random.nextDouble(-0.018, 0.018),
                Math.min(1, hsb[1] * (float) random.nextDouble(0.85, 1.1)),
                Math.min(1, hsb[2] * (float) random.nextDouble(0.88, 1.08)));
    }

    private static Ellipse2D circle(double x, double y, double radius) {
        return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    private static Color translucent(Color color, int alpha) {
        return new Color(color.getRed(), color.getGreen(), color.getBlue(), alpha);
    }

    private static Color mix(Color from, Color to, double share) {
        return new Color(
                (int) Math.round(from.getRed() + share * (to.getRed() - from.getRed())),
                (int) Math.round(from.getGreen() + share * (to.getGreen() - from.getGreen())),
                (int) Math.round(from.getBlue() + share * (to.getBlue() - from.getBlue())));
    }
}
