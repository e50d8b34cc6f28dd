package io.retrograd.task;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.util.random.RandomGenerator;

/** A square picture to draw a sample on, with smooth edges. */
final class Canvas {
    private static final int CHANNELS = 3;
    private static final int SPOTS = 6;

    final int side;
    final BufferedImage image;
    final Graphics2D graphics;

    Canvas(int side) {
        this.side = side;
        image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    }

    /** Fills it with a muted color and large faint spots. */
    void background(RandomGenerator random) {
        float hue = random.nextFloat();
        float brightness = random.nextFloat(0.15f, 0.55f);
        graphics.setColor(Color.getHSBColor(hue, 0.3f, brightness));
        graphics.fillRect(0, 0, side, side);
        for (int i = 0; i < SPOTS; i++) {
            Color color = Color.getHSBColor(hue + random.nextFloat(0.2f), 0.3f, brightness);
            graphics.setColor(new Color(color.getRed(), color.getGreen(), color.getBlue(), 96));
            double size = random.nextDouble(0.2, 0.8) * side;
            double x = random.nextDouble(-size, side);
            double y = random.nextDouble(-size, side);
            graphics.fill(new Ellipse2D.Double(x, y, size, size));
        }
    }

    /** Adds noise to each byte: uniform, up to this far from 0. */
    void noise(RandomGenerator random, int most) {
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int color = image.getRGB(x, y);
                int noisy = 0;
                for (int shift = 16; shift >= 0; shift -= 8) {
                    int value = ((color >> shift) & 0xFF) + random.nextInt(-most, most + 1);
                    noisy |= Math.max(0, Math.min(255, value)) << shift;
                }
                image.setRGB(x, y, noisy);
            }
        }
    }

    /** Red, green and blue, (3, side, side). */
    byte[] pixels() {
        byte[] pixels = new byte[CHANNELS * side * side];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int color = image.getRGB(x, y);
                for (int c = 0; c < CHANNELS; c++) {
                    pixels[(c * side + y) * side + x] = (byte) (color >> (8 * (2 - c)));
                }
            }
        }
        return pixels;
    }
}
