package io.retrograd.image;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The kinds of files that are read, known by their first bytes and not by their names. */
enum PictureFormat {
    PNG("\u0089PNG\r\n\u001a\n"),
    JPEG("\u00ff\u00d8\u00ff"),
    GIF("GIF8"),
    BMP("BM"),
    WEBP("RIFF????WEBP");

    /** As many first bytes as any of them needs. */
    static final int NEEDED = 12;

    private static final char ANY = '?';

    private final String magic;

    PictureFormat(String magic) {
        this.magic = magic;
    }

    /** The format of a file that begins like this; null if it is none of them. */
    static @Nullable PictureFormat of(byte[] first) {
        for (PictureFormat format : values()) {
            if (format.begins(first)) {
                return format;
            }
        }
        return null;
    }

    private boolean begins(byte[] first) {
        for (int i = 0; i < magic.length(); i++) {
            char wanted = magic.charAt(i);
            if (i >= first.length || (wanted != ANY && wanted != (first[i] & 0xFF))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a file's name ends like that of a picture. */
    static boolean named(String file) {
        String name = file.toLowerCase(Locale.ROOT);
        for (String end : new String[] {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp"}) {
            if (name.endsWith(end)) {
                return true;
            }
        }
        return false;
    }
}
