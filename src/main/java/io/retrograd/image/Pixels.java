package io.retrograd.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;

/**
 * The pixels of Java's images as bytes, without a change of colour space: Java would take grey for
 * linear light. What is transparent lies on white.
 */
final class Pixels {
    private static final int LARGEST = 255;

    private Pixels() {}

    /**
     * A decoded image.
     *
     * @throws IllegalArgumentException if its colours are other than grey, RGB or a palette
     */
    static Picture of(BufferedImage image) {
        if (image.getColorModel() instanceof IndexColorModel palette) {
            return ofPalette(image.getRaster(), palette);
        }
        ColorModel colors = image.getColorModel();
        int channels = image.getRaster().getNumBands() - (colors.hasAlpha() ? 1 : 0);
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException(
                    "expected grey or red, green and blue, got " + channels + " channels");
        }
        byte[] pixels =
                new byte[Math.multiplyExact(channels, image.getWidth() * image.getHeight())];
        if (!copyBytes(image, channels, pixels)) {
            copy(image, channels, pixels);
        }
        return new Picture(channels, image.getHeight(), image.getWidth(), pixels);
    }

    /** The common kind: a byte a channel, pixel after pixel. */
    private static boolean copyBytes(BufferedImage image, int channels, byte[] to) {
        Raster raster = image.getRaster();
        if (image.getColorModel().hasAlpha()
                || raster.getParent() != null
                || !(raster.getDataBuffer() instanceof DataBufferByte buffer)
                || !(raster.getSampleModel() instanceof PixelInterleavedSampleModel model)) {
            return false;
        }
        byte[] from = buffer.getData();
        int plane = image.getWidth() * image.getHeight();
        for (int c = 0; c < channels; c++) {
            int first = buffer.getOffset() + model.getBandOffsets()[c];
            int i = c * plane;
            for (int y = 0; y < image.getHeight(); y++) {
                int at = first + y * model.getScanlineStride();
                for (int x = 0; x < image.getWidth(); x++) {
                    to[i++] = from[at];
                    at += model.getPixelStride();
                }
            }
        }
        return true;
    }

    /** Any kind: a row at a time. */
    private static void copy(BufferedImage image, int channels, byte[] to) {
        Raster raster = image.getRaster();
        ColorModel colors = image.getColorModel();
        int bands = raster.getNumBands();
        int width = image.getWidth();
        int plane = width * image.getHeight();
        int[] row = new int[width * bands];
        for (int y = 0; y < image.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                int alpha =
                        bands == channels
                                ? LARGEST
                                : scaled(row[x * bands + channels], colors, channels);
                for (int c = 0; c < channels; c++) {
                    int value = scaled(row[x * bands + c], colors, c);
                    to[c * plane + y * width + x] = onWhite(value, alpha);
                }
            }
        }
    }

    /** A value of any number of bits, from 0 to 255. */
    private static int scaled(int value, ColorModel colors, int band) {
        int bits = colors.getComponentSize(band);
        if (bits == Byte.SIZE) {
            return value;
        }
        long most = (1L << bits) - 1;
        return (int) ((2L * value * LARGEST + most) / (2 * most));
    }

    private static byte onWhite(int value, int alpha) {
        return (byte) ((value * alpha + LARGEST * (LARGEST - alpha) + LARGEST / 2) / LARGEST);
    }

    private static Picture ofPalette(Raster raster, IndexColorModel palette) {
        byte[][] table = new byte[3][palette.getMapSize()];
        boolean grey = true;
        for (int i = 0; i < palette.getMapSize(); i++) {
            table[0][i] = onWhite(palette.getRed(i), palette.getAlpha(i));
            table[1][i] = onWhite(palette.getGreen(i), palette.getAlpha(i));
            table[2][i] = onWhite(palette.getBlue(i), palette.getAlpha(i));
            grey &= table[0][i] == table[1][i] && table[1][i] == table[2][i];
        }
        int channels = grey ? 1 : 3;
        int width = raster.getWidth();
        int plane = width * raster.getHeight();
        byte[] pixels = new byte[Math.multiplyExact(channels, plane)];
        int[] row = new int[width];
        for (int y = 0; y < raster.getHeight(); y++) {
            raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
            for (int x = 0; x < width; x++) {
                for (int c = 0; c < channels; c++) {
                    pixels[c * plane + y * width + x] = table[c][row[x]];
                }
            }
        }
        return new Picture(channels, raster.getHeight(), width, pixels);
    }
}
