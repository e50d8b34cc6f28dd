package io.retrograd.image;

import io.retrograd.tensor.Shape;

/**
 * A picture of unsigned bytes, (C, H, W): one channel of grey, or red, green and blue.
 *
 * <p>Immutable, unless somebody changes the array that {@link #pixels} gives.
 */
public final class Picture {
    /** Rec. 601 luma in 1/65536, which sum to 65536: the weights of Pillow's {@code L}. */
    private static final int RED = 19595;

    private static final int GREEN = 38470;
    private static final int BLUE = 7471;
    private static final int HALF = 1 << 15;

    private final int channels;
    private final int height;
    private final int width;
    private final byte[] pixels;

    /**
     * A picture.
     *
     * @param channels 1 or 3
     * @param pixels row-major, channel after channel. Not copied.
     * @throws IllegalArgumentException if the sizes do not fit together
     */
    public Picture(int channels, int height, int width, byte[] pixels) {
        if ((channels != 1 && channels != 3)
                || height < 1
                || width < 1
                || pixels.length != (long) channels * height * width) {
            throw new IllegalArgumentException(
                    String.format(
                            "Picture: expected 1 or 3 channels, sides of at least 1 and a byte a"
                                    + " pixel, got (%d, %d, %d) and %d bytes",
                            channels, height, width, pixels.length));
        }
        this.channels = channels;
        this.height = height;
        this.width = width;
        this.pixels = pixels;
    }

    public int channels() {
        return channels;
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /** (C, H, W). */
    public Shape shape() {
        return Shape.of(channels, height, width);
    }

    /** The pixels, unsigned, row-major, channel after channel. Not a copy. */
    public byte[] pixels() {
        return pixels;
    }

    /** One value, from 0 to 255. */
    public int at(int channel, int y, int x) {
        return pixels[(channel * height + y) * width + x] & 0xFF;
    }

    /**
     * The same with 1 channel, {@code 0.299 R + 0.587 G + 0.114 B}, or with 3, which repeat the
     * grey.
     */
    public Picture channels(int count) {
        if (count == channels) {
            return this;
        }
        int plane = height * width;
        byte[] changed = new byte[Math.multiplyExact(count, plane)];
        if (count == 1) {
            for (int i = 0; i < plane; i++) {
                changed[i] =
                        luma(
                                pixels[i] & 0xFF,
                                pixels[plane + i] & 0xFF,
                                pixels[2 * plane + i] & 0xFF);
            }
        } else {
            for (int c = 0; c < count; c++) {
                System.arraycopy(pixels, 0, changed, c * plane, plane);
            }
        }
        return new Picture(count, height, width, changed);
    }

    /** The grey of a colour. */
    static byte luma(int red, int green, int blue) {
        return (byte) ((red * RED + green * GREEN + blue * BLUE + HALF) >> 16);
    }

    /**
     * A part of it, which may reach beyond its edges: pixels there are 0.
     *
     * @param top of the part's first row, may be negative
     * @param left of the part's first column, may be negative
     */
    public Picture crop(int top, int left, int newHeight, int newWidth) {
        byte[] cut = new byte[Math.toIntExact((long) channels * newHeight * newWidth)];
        int from = Math.max(0, -left);
        int count = Math.min(newWidth, width - left) - from;
        for (int c = 0; c < channels && count > 0; c++) {
            for (int y = Math.max(0, -top); y < Math.min(newHeight, height - top); y++) {
                System.arraycopy(
                        pixels,
                        (c * height + top + y) * width + left + from,
                        cut,
                        (c * newHeight + y) * newWidth + from,
                        count);
            }
        }
        return new Picture(channels, newHeight, newWidth, cut);
    }

    /** Left and right exchanged. */
    public Picture flipped() {
        byte[] mirrored = new byte[pixels.length];
        for (int row = 0; row < channels * height; row++) {
            int start = row * width;
            for (int x = 0; x < width; x++) {
                mirrored[start + x] = pixels[start + width - 1 - x];
            }
        }
        return new Picture(channels, height, width, mirrored);
    }

    /** Upside down. */
    Picture upsideDown() {
        byte[] turned = new byte[pixels.length];
        for (int c = 0; c < channels; c++) {
            for (int y = 0; y < height; y++) {
                System.arraycopy(
                        pixels,
                        (c * height + y) * width,
                        turned,
                        (c * height + height - 1 - y) * width,
                        width);
            }
        }
        return new Picture(channels, height, width, turned);
    }

    /** Rows become columns. */
    Picture transposed() {
        byte[] turned = new byte[pixels.length];
        for (int c = 0; c < channels; c++) {
            int plane = c * height * width;
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    turned[plane + x * height + y] = pixels[plane + y * width + x];
                }
            }
        }
        return new Picture(channels, width, height, turned);
    }
}
