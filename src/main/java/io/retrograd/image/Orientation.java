package io.retrograd.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How a camera was held: the tag 0x0112 of a file's Exif data, 1 to 8. What is no sound Exif data
 * counts for nothing.
 *
 * <p>Source: CIPA DC-008, Exchangeable image file format, 4.6.4.
 */
final class Orientation {
    /** As it is. */
    static final int UPRIGHT = 1;

    private static final int TAG = 0x112;
    private static final int ENTRY = 12;
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int APP1 = 0xE1;
    private static final int FIRST_SEGMENT = 2;
    private static final int FIRST_CHUNK = 8;
    private static final int FIRST_RIFF_CHUNK = 12;

    private Orientation() {}

    /** The orientation that a file names, else {@link #UPRIGHT}. */
    static int of(PictureFormat format, byte[] file) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(file);
            ByteBuffer exif =
                    switch (format) {
                        case JPEG -> inJpeg(bytes);
                        case PNG -> inChunks(bytes, FIRST_CHUNK, "eXIf");
                        case WEBP -> inRiff(bytes.order(ByteOrder.LITTLE_ENDIAN));
                        case GIF, BMP -> null;
                    };
            return exif == null ? UPRIGHT : tag(exif);
        } catch (IndexOutOfBoundsException e) {
            return UPRIGHT;
        }
    }

    private static @Nullable ByteBuffer inJpeg(ByteBuffer bytes) {
        int at = FIRST_SEGMENT;
        while ((bytes.get(at) & 0xFF) == 0xFF) {
            int marker = bytes.get(at + 1) & 0xFF;
            int length = bytes.getShort(at + 2) & 0xFFFF;
            int data = at + 4;
            if (marker == 0xDA || marker == 0xD9) {
                return null;
            }
            if (marker == APP1 && begins(bytes, data, EXIF)) {
                return bytes.slice(data + EXIF.length, length - 2 - EXIF.length);
            }
            at += 2 + length;
        }
        return null;
    }

    /** Of PNG: length, name, data, checksum. */
    private static @Nullable ByteBuffer inChunks(ByteBuffer bytes, int first, String name) {
        byte[] wanted = name.getBytes(StandardCharsets.ISO_8859_1);
        for (long at = first; at + FIRST_CHUNK <= bytes.limit(); ) {
            long length = bytes.getInt((int) at) & 0xFFFFFFFFL;
            if (begins(bytes, (int) at + 4, wanted)) {
                return bytes.slice((int) at + 8, (int) length);
            }
            at += 12 + length;
        }
        return null;
    }

    /** Of WebP: name, length, data, of an even length. */
    private static @Nullable ByteBuffer inRiff(ByteBuffer bytes) {
        byte[] wanted = "EXIF".getBytes(StandardCharsets.ISO_8859_1);
        for (long at = FIRST_RIFF_CHUNK; at + FIRST_CHUNK <= bytes.limit(); ) {
            long length = bytes.getInt((int) at + 4) & 0xFFFFFFFFL;
            if (begins(bytes, (int) at, wanted)) {
                int start = (int) at + (begins(bytes, (int) at + 8, EXIF) ? 8 + EXIF.length : 8);
                return bytes.slice(start, (int) (at + 8 + length - start));
            }
            at += 8 + length + (length & 1);
        }
        return null;
    }

    private static boolean begins(ByteBuffer bytes, int at, byte[] wanted) {
        for (int i = 0; i < wanted.length; i++) {
            if (bytes.get(at + i) != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    /** In the first directory of TIFF data. */
    private static int tag(ByteBuffer exif) {
        boolean little = exif.get(0) == 'I';
        exif.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int directory = exif.getInt(4);
        int entries = exif.getShort(directory) & 0xFFFF;
        for (int i = 0; i < entries; i++) {
            int entry = directory + 2 + i * ENTRY;
            if ((exif.getShort(entry) & 0xFFFF) == TAG) {
                int value = exif.getShort(entry + 8);
                return value >= 1 && value <= 8 ? value : UPRIGHT;
            }
        }
        return UPRIGHT;
    }

    /** Whether height and width change places. */
    static boolean turns(int orientation) {
        return orientation >= 5;
    }

    /** The picture as it was seen. */
    static Picture upright(Picture picture, int orientation) {
        return switch (orientation) {
            case 2 -> picture.flipped();
            case 3 -> picture.flipped().upsideDown();
            case 4 -> picture.upsideDown();
            case 5 -> picture.transposed();
            case 6 -> picture.transposed().flipped();
            case 7 -> picture.transposed().flipped().upsideDown();
            case 8 -> picture.transposed().upsideDown();
            default -> picture;
        };
    }
}
