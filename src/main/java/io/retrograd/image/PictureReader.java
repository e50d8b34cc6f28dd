package io.retrograd.image;

import io.retrograd.interop.RegularFile;
import io.retrograd.tensor.Checks;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads pictures from PNG, JPEG, BMP, GIF (its first frame) and WebP files, upright as their Exif
 * data say: grey, RGB, CMYK, with a palette, of 16 bits, or with alpha, which lies on white.
 *
 * @param channels 3 for red, green and blue, 1 for grey
 * @param mostPixels a larger picture is refused before it is decoded
 */
public record PictureReader(int channels, long mostPixels) {
    /** The pixels that are taken where nobody says how many: 64 million. */
    public static final long MOST_PIXELS = 1L << 26;

    /** The longest file that is read, in bytes. */
    private static final int LONGEST = 1 << 28;

    public PictureReader {
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException(
                    "PictureReader: expected 1 or 3 channels, got " + channels);
        }
        Checks.atLeast("PictureReader", "most pixels", 1, mostPixels);
    }

    /** Of RGB pictures up to 64 million pixels. */
    public PictureReader() {
        this(3, MOST_PIXELS);
    }

    /** The same with 1 channel or 3. */
    public PictureReader channels(int count) {
        return new PictureReader(count, mostPixels);
    }

    /** The same with another largest size. */
    public PictureReader mostPixels(long most) {
        return new PictureReader(channels, most);
    }

    /**
     * Reads a picture.
     *
     * @throws IOException if it cannot be read, is of another kind, damaged, cut off or too large;
     *     the message names the file
     */
    public Picture read(Path file) throws IOException {
        try (RegularFile open = RegularFile.open(file)) {
            return read(open.readAll(LONGEST), file);
        }
    }

    /**
     * Reads a picture that is in memory.
     *
     * @param file where it is from, for messages
     * @throws IOException if it is of another kind, damaged, cut off or too large
     */
    public Picture read(byte[] bytes, Path file) throws IOException {
        PictureFormat format = format(bytes, file);
        if (format == PictureFormat.WEBP && bytes.length < riffLength(bytes)) {
            throw new IOException(
                    String.format(
                            "%s: expected %,d bytes, got %,d: it was cut off",
                            file, riffLength(bytes), bytes.length));
        }
        BufferedImage image =
                reading(
                        file,
                        format,
                        new ByteArrayInputStream(harmless(file, format, bytes)),
                        Decoding::decode);
        try {
            Picture stored = Pixels.of(image).channels(channels);
            return Orientation.upright(stored, Orientation.of(format, bytes));
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * The size that a file's header says, before the picture is turned upright. Decodes nothing.
     *
     * @throws IOException as {@link #read} does, but for damage behind the header
     */
    public Size size(Path file) throws IOException {
        try (RegularFile open = RegularFile.open(file)) {
            byte[] first = new byte[(int) Math.min(open.size(), PictureFormat.NEEDED)];
            open.read(0, ByteBuffer.wrap(first));
            PictureFormat format = format(first, file);
            return reading(
                    file,
                    format,
                    open.stream(),
                    (reader, kind, warnings) -> new Size(reader.getHeight(0), reader.getWidth(0)));
        }
    }

    /** Whether a file's name is that of a picture that can be read. */
    public static boolean named(Path file) {
        Path name = file.getFileName();
        return name != null && PictureFormat.named(name.toString());
    }

    private static byte[] harmless(Path file, PictureFormat format, byte[] bytes)
            throws IOException {
        try {
            return Precaution.of(format, bytes);
        } catch (IOException e) {
            throw unsound(file, format, e);
        }
    }

    private static IOException unsound(Path file, PictureFormat format, Exception e) {
        return new IOException(
                String.format("%s: expected a sound %s picture, got %s", file, format, why(e)), e);
    }

    private static PictureFormat format(byte[] first, Path file) throws IOException {
        PictureFormat format = PictureFormat.of(first);
        if (format == null) {
            throw new IOException(
                    String.format(
                            "%s: expected a PNG, JPEG, GIF, BMP or WebP picture, got %s",
                            file, first.length == 0 ? "an empty file" : "something else"));
        }
        return format;
    }

    /** The length of a whole file; at the end of what it misses there may be nothing but alpha. */
    private static long riffLength(byte[] bytes) {
        int length = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(4);
        return Integer.toUnsignedLong(length) + 8;
    }

    /** What is done with a reader that is at the beginning of a file. */
    @FunctionalInterface
    private interface Action<T> {
        T run(ImageReader reader, PictureFormat format, Damage damage) throws IOException;
    }

    /** Opens a reader, checks the size, and does something. */
    private <T> T reading(Path file, PictureFormat format, InputStream bytes, Action<T> action)
            throws IOException {
        ImageReader reader = reader(format);
        try (ImageInputStream in = new MemoryCacheImageInputStream(bytes)) {
            Damage damage = new Damage();
            reader.addIIOReadWarningListener(damage);
            reader.setInput(in, /* seekForwardOnly= */ false, /* ignoreMetadata= */ false);
            check(reader.getWidth(0), reader.getHeight(0));
            return action.run(reader, format, damage);
        } catch (TooLargeException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        } catch (IOException | RuntimeException e) {
            throw unsound(file, format, e);
        } finally {
            reader.dispose();
        }
    }

    private void check(long width, long height) throws TooLargeException {
        if (width * height > mostPixels) {
            throw new TooLargeException(
                    String.format(
                            "expected at most %,d pixels, got %,d by %,d; raise the limit if it is"
                                    + " no mistake",
                            mostPixels, width, height));
        }
    }

    private static String why(Exception e) {
        Throwable first = e;
        while (first.getCause() != null) {
            first = first.getCause();
        }
        String message = first.getMessage();
        return message == null || message.isBlank()
                ? "damage (" + first.getClass().getSimpleName() + ")"
                : "damage (" + message.strip().lines().findFirst().orElse("") + ")";
    }

    /** TwelveMonkeys' where there is one, as it reads more, else Java's. */
    private static ImageReader reader(PictureFormat format) {
        Iterator<ImageReader> readers =
                ImageIO.getImageReadersByFormatName(format.name().toLowerCase(Locale.ROOT));
        ImageReader first = null;
        while (readers.hasNext()) {
            ImageReader next = readers.next();
            if (next.getClass().getName().startsWith("com.twelvemonkeys.")) {
                return next;
            }
            first = first == null ? next : first;
        }
        if (first == null) {
            throw new IllegalStateException(
                    format + ": expected a reader, got none; is its library on the class path?");
        }
        return first;
    }

    /** A picture has more pixels than are taken. */
    static final class TooLargeException extends IOException {
        private static final long serialVersionUID = 1;

        TooLargeException(String message) {
            super(message);
        }
    }
}
