package io.retrograd.task;

import io.retrograd.train.LabelledDataset;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.SplittableRandom;

/** Some handwritten digits beside each other, of varied size, height, slant and brightness. */
final class DigitStrip {
    static final int HEIGHT = 32;
    static final int WIDTH = 96;
    static final int MOST = 6;
    static final int FEWEST = 3;

    private static final int NOISE = 20;
    private static final int SIDE = 8;

    private final BufferedImage image;
    private final byte[] pixels;
    private final int[] digits;

    private DigitStrip(BufferedImage image, byte[] pixels, int[] digits) {
        this.image = image;
        this.pixels = pixels;
        this.digits = digits;
    }

    BufferedImage image() {
        return image;
    }

    byte[] pixels() {
        return pixels;
    }

    /** What is written, from the left. */
    int[] digits() {
        return digits;
    }

    /**
     * Draws one.
     *
     * @param source digits of {@value #SIDE} by {@value #SIDE} pixels from 0 to 1
     */
    static DigitStrip draw(LabelledDataset source, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] digits = new int[random.nextInt(FEWEST, MOST + 1)];
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        double room = WIDTH / (double) digits.length;
        for (int i = 0; i < digits.length; i++) {
            int sample = random.nextInt(source.size());
            digits[i] = source.label(sample);
            double size = Math.min(room + 2, random.nextDouble(14, 26));
            double x = i * room + (room - size) * random.nextDouble();
            double y = (HEIGHT - size) * random.nextDouble();
            AffineTransform place = AffineTransform.getTranslateInstance(x, y);
            place.shear(random.nextDouble(-0.2, 0.2), 0);
            place.scale(size / SIDE, size / SIDE);
            graphics.drawImage(glyph(source, sample, random.nextDouble(0.6, 1)), place, null);
        }
        graphics.dispose();
        byte[] pixels = new byte[WIDTH * HEIGHT];
        for (int i = 0; i < pixels.length; i++) {
            int x = i % WIDTH;
            int y = i / WIDTH;
            int value = image.getRaster().getSample(x, y, 0) + random.nextInt(NOISE);
            pixels[i] = (byte) Math.min(255, value);
            image.getRaster().setSample(x, y, 0, Math.min(255, value));
        }
        return new DigitStrip(image, pixels, digits);
    }

    /** A digit, white on nothing, so that neighbours may reach into each other. */
    private static BufferedImage glyph(LabelledDataset source, int sample, double brightness) {
        double[] values = new double[SIDE * SIDE];
        source.sample(sample, values, 0);
        BufferedImage glyph = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < values.length; i++) {
            int opacity = (int) Math.round(255 * brightness * values[i]);
            glyph.setRGB(i % SIDE, i / SIDE, (opacity << 24) | 0xFFFFFF);
        }
        return glyph;
    }
}
