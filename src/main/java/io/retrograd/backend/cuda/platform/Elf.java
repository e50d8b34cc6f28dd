package io.retrograd.backend.cuda.platform;

import io.retrograd.file.Uninterrupted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The header of a shared library (System V ABI, ELF-64 object file format).
 *
 * <p>The dynamic loader maps what the header promises; in a file that is cut short the first access
 * behind its end is a SIGBUS.
 */
final class Elf {
    private static final int HEADER = 64;
    private static final int SEGMENT = 56;
    private static final int MAGIC = 0x464c457f; // 7f E L F, little end first
    private static final int CLASS_64_LITTLE = 0x0102;
    private static final int SHARED = 3;
    private static final int X86_64 = 62;

    private Elf() {}

    /** What keeps a file from being loaded into this process; empty if nothing does. */
    static Optional<String> fault(Path file) {
        try {
            return Uninterrupted.run(() -> examine(file));
        } catch (IOException e) {
            return Optional.of("cannot be read (" + e.getMessage() + ")");
        }
    }

    private static Optional<String> examine(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer header = read(channel, 0, HEADER);
            if (header == null || header.getInt(0) != MAGIC) {
                return Optional.of("is not a shared library");
            }
            if (header.getShort(4) != CLASS_64_LITTLE
                    || header.getShort(16) != SHARED
                    || header.getShort(18) != X86_64) {
                return Optional.of("is not a shared library for x86-64");
            }
            return end(channel, header) > channel.size()
                    ? Optional.of("is cut short")
                    : Optional.empty();
        }
    }

    /** Where the last segment ends in the file. */
    private static long end(FileChannel channel, ByteBuffer header) throws IOException {
        long table = header.getLong(32);
        int count = Short.toUnsignedInt(header.getShort(56));
        ByteBuffer segments = read(channel, table, count * SEGMENT);
        if (segments == null || header.getShort(54) != SEGMENT) {
            return Long.MAX_VALUE;
        }
        long end = table + (long) count * SEGMENT;
        for (int i = 0; i < count; i++) {
            int at = i * SEGMENT;
            end = Math.max(end, segments.getLong(at + 8) + segments.getLong(at + 32));
        }
        return end;
    }

    private static @Nullable ByteBuffer read(FileChannel channel, long position, int bytes)
            throws IOException {
        if (position < 0) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position()) < 0) {
                return null;
            }
        }
        return buffer.flip();
    }
}
