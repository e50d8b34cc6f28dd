package io.retrograd.report;

import io.retrograd.image.Png;
import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.Objects;

/**
 * A picture.
 *
 * @param name what it shows
 * @param channels of a pixel, from 1 to 4, as {@link Png#of} takes them
 * @param png the file, in base 64
 */
public record Picture(String name, int width, int height, int channels, String png) {
    private static final int RGB = 3;

    public Picture {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(png, "png");
    }

    static Picture of(String name, int width, int height, int channels, byte[] pixels) {
        return encoded(name, width, height, channels, Png.of(width, height, channels, pixels));
    }

    /** An image of red, green and blue. */
    public static Picture of(String name, BufferedImage image) {
        return encoded(name, image.getWidth(), image.getHeight(), RGB, Png.of(image));
    }

    private static Picture encoded(String name, int width, int height, int channels, byte... file) {
        return new Picture(name, width, height, channels, Base64.getEncoder().encodeToString(file));
    }

    /** The file. */
    public byte[] file() {
        return Base64.getDecoder().decode(png);
    }

    /** The picture in a page. */
    String html() {
        return String.format(
                "<img src=\"data:image/png;base64,%s\" width=\"%d\" height=\"%d\" alt=\"%s\"/>",
                Html.escaped(png), width, height, Html.escaped(name));
    }
}
