package io.retrograd.interop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file that is mapped into memory. It stays mapped as long as anyone reads it, closed, renamed or
 * deleted; whoever writes into it changes what is read.
 *
 * <p>Java maps at most 2 GB at once, so larger files have several windows. Each reaches a few bytes
 * into the next, and no element lies in two.
 */
final class MappedFile {
    private static final int WINDOW_BITS = 30;
    private static final long WINDOW = 1L << WINDOW_BITS;

    private final Path path;
    private final ByteBuffer[] windows;
    private final @Nullable Object key;
    private final FileTime time;

    MappedFile(RegularFile file) throws IOException {
        path = file.path();
        BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class);
        key = now.fileKey();
        time = now.lastModifiedTime();
        windows = new ByteBuffer[Math.toIntExact((file.size() + WINDOW - 1) / WINDOW)];
        for (int i = 0; i < windows.length; i++) {
            long begin = i * WINDOW;
            long count = Math.min(WINDOW + Long.BYTES, file.size() - begin);
            windows[i] = file.map(begin, count);
        }
    }

    /** A real float at a byte of the file. */
    double doubleAt(ElementKind kind, long at) {
        return kind.floatAt(windows[(int) (at >>> WINDOW_BITS)], (int) (at & (WINDOW - 1)));
    }

    /** An integer at a byte of the file. */
    long longAt(ElementKind kind, long at) {
        return kind.integerAt(windows[(int) (at >>> WINDOW_BITS)], (int) (at & (WINDOW - 1)));
    }

    /**
     * Checks that nobody has written into it since it was mapped.
     *
     * @throws IllegalStateException if someone has
     */
    void checkUnchanged() {
        BasicFileAttributes now;
        try {
            now = Files.readAttributes(path, BasicFileAttributes.class);
        } catch (IOException e) {
            // Deleted or renamed, it is still mapped.
            return;
        }
        if (Objects.equals(key, now.fileKey()) && !time.equals(now.lastModifiedTime())) {
            throw new IllegalStateException(
                    path
                            + ": expected the file as it was when its weights were loaded, got one that"
                            + " has been written into since; load them again");
        }
    }
}
