package io.retrograd.image;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures of bytes as PNG files. */
public final class Png {
    private Png() {}

    /**
     * The file of a picture.
     *
     * @param channels of a pixel: 1 gray, 2 gray and opacity, 3 red, green, blue, 4 and opacity
     * @param pixels channels beside each other, row by row, unsigned. Not modified.
     * @throws IllegalArgumentException for other sizes than {@code width·height·channels}
     */
    public static byte[] of(int width, int height, int channels, byte[] pixels) {
        if (channels < 1
                || channels > 4
                || width < 1
                || height < 1
                || pixels.length != (long) width * height * channels) {
            throw new IllegalArgumentException(
                    String.format(
                            "Png: expected %d x %d pixels of 1 to 4 channels, got %d bytes for %d"
                                    + " channels",
                            width, height, pixels.length, channels));
        }
        ColorSpace colors =
                ColorSpace.getInstance(channels < 3 ? ColorSpace.CS_GRAY : ColorSpace.CS_sRGB);
        boolean opacity = channels % 2 == 0;
        ColorModel model =
                new ComponentColorModel(
                        colors,
                        opacity,
                        /* isAlphaPremultiplied= */ false,
                        opacity ? Transparency.TRANSLUCENT : Transparency.OPAQUE,
                        DataBuffer.TYPE_BYTE);
        WritableRaster raster =
                Raster.createInterleavedRaster(
                        new DataBufferByte(pixels.clone(), pixels.length),
                        width,
                        height,
                        width * channels,
                        channels,
                        IntStream.range(0, channels).toArray(),
                        /* location= */ null);
        return of(new BufferedImage(model, raster, /* isRasterPremultiplied= */ false, null));
    }

    /** The file of an image. */
    public static byte[] of(BufferedImage image) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
            ImageIO.write(image, "png", out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toByteArray();
    }
}
