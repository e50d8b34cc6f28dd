package io.retrograd.report;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * A picture of bytes as a PNG file: written here, since a Java without the module java.desktop, as
 * the bundle's, has nothing that does.
 *
 * <p>Source: ISO/IEC 15948, Portable Network Graphics.
 */
public final class Png {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int BITS = 8;

    /** Kinds of pixels by the number of their channels. */
    private static final Map<Integer, Integer> KINDS = Map.of(1, 0, 2, 4, 3, 2, 4, 6);

    private Png() {}

    /**
     * The file of a picture.
     *
     * @param channels of a pixel: 1 gray, 2 gray and opacity, 3 red, green, blue, 4 and opacity
     * @param pixels channels beside each other, row by row, unsigned. Not modified.
     * @throws IllegalArgumentException for other sizes than {@code width·height·channels}
     */
    public static byte[] of(int width, int height, int channels, byte[] pixels) {
        if (!KINDS.containsKey(channels)
                || width < 1
                || height < 1
                || pixels.length != (long) width * height * channels) {
            throw new IllegalArgumentException(
                    String.format(
                            "Png: expected %d x %d pixels of 1 to 4 channels, got %d bytes for %d"
                                    + " channels",
                            width, height, pixels.length, channels));
        }
        try {
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            file.write(SIGNATURE);
            ByteArrayOutputStream header = new ByteArrayOutputStream();
            DataOutputStream numbers = new DataOutputStream(header);
            numbers.writeInt(width);
            numbers.writeInt(height);
            numbers.writeByte(BITS);
            numbers.writeByte(Objects.requireNonNull(KINDS.get(channels)));
            numbers.write(new byte[3]);
            chunk(file, "IHDR", header.toByteArray());
            chunk(file, "IDAT", rows(width * channels, pixels));
            chunk(file, "IEND", new byte[0]);
            return file.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each row behind a 0: no row is told by the one above it. */
    private static byte[] rows(int length, byte[] pixels) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream rows = new DeflaterOutputStream(packed)) {
            for (int begin = 0; begin < pixels.length; begin += length) {
                rows.write(0);
                rows.write(pixels, begin, length);
            }
        }
        return packed.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream file, String kind, byte[] content)
            throws IOException {
        byte[] name = kind.getBytes(StandardCharsets.US_ASCII);
        CRC32 sum = new CRC32();
        sum.update(name);
        sum.update(content);
        DataOutputStream out = new DataOutputStream(file);
        out.writeInt(content.length);
        out.write(name);
        out.write(content);
        out.writeInt((int) sum.getValue());
    }
}
