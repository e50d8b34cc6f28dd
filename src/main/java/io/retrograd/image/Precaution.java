package io.retrograd.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * Keeps decoders from what takes them long or fills their memory, however few pixels there are:
 * compressed texts and profiles in PNG files, which nobody reads here, and scans over scans in JPEG
 * files.
 */
final class Precaution {
    /** A progressive picture has about ten. */
    private static final int MOST_SCANS = 200;

    private static final int SIGNATURE = 8;

    /** Length, name and checksum of a chunk. */
    private static final int AROUND = 12;

    private static final Set<String> UNREAD = Set.of("zTXt", "iTXt", "tEXt", "iCCP");
    private static final byte START_OF_SCAN = (byte) 0xDA;

    private Precaution() {}

    /**
     * The bytes to decode.
     *
     * @throws IOException if there are too many scans
     */
    static byte[] of(PictureFormat format, byte[] bytes) throws IOException {
        if (format == PictureFormat.JPEG) {
            checkScans(bytes);
        }
        return format == PictureFormat.PNG ? withoutTexts(bytes) : bytes;
    }

    /** Within the pixels' data 0xFF has 0 or the number of a restart behind it. */
    private static void checkScans(byte[] bytes) throws IOException {
        int scans = 0;
        for (int i = 1; i < bytes.length; i++) {
            scans += bytes[i] == START_OF_SCAN && bytes[i - 1] == (byte) 0xFF ? 1 : 0;
        }
        if (scans > MOST_SCANS) {
            throw new IOException("more than " + MOST_SCANS + " scans");
        }
    }

    private static byte[] withoutTexts(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes);
        ByteArrayOutputStream kept = new ByteArrayOutputStream(bytes.length);
        kept.write(bytes, 0, Math.min(SIGNATURE, bytes.length));
        int at = SIGNATURE;
        while (at + AROUND <= bytes.length) {
            String name = new String(bytes, at + 4, 4, StandardCharsets.ISO_8859_1);
            long end = at + AROUND + Integer.toUnsignedLong(file.getInt(at));
            if (end > bytes.length) {
                break;
            }
            if (!UNREAD.contains(name)) {
                kept.write(bytes, at, (int) end - at);
            }
            at = (int) end;
        }
        if (at < bytes.length) {
            kept.write(bytes, at, bytes.length - at);
        }
        return kept.toByteArray();
    }
}
