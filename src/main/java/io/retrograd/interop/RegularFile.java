package io.retrograd.interop;

import io.retrograd.file.FileException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * A regular file open for reading, of a size that is known.
 *
 * <p>Directories, pipes and devices are refused before they are opened, so that nothing blocks.
 */
public final class RegularFile implements AutoCloseable {
    /** As many bytes as an array can hold. */
    public static final int MOST = Integer.MAX_VALUE - 8;

    private final Path path;
    private final @Nullable FileChannel channel;
    private final byte[] memory;
    private final long size;

    private RegularFile(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        memory = new byte[0];
        size = channel.size();
    }

    private RegularFile(Path path, byte[] memory) {
        this.path = path;
        this.memory = memory;
        channel = null;
        size = memory.length;
    }

    /**
     * A file that has been read, as from an archive.
     *
     * @param path where it was, for messages
     * @param bytes all of it. Not copied.
     */
    static RegularFile inMemory(Path path, byte[] bytes) {
        return new RegularFile(path, bytes);
    }

    /**
     * Opens a file.
     *
     * @throws FormatException if the path is something other than a regular file
     * @throws IOException if there is none, or it cannot be read
     */
    public static RegularFile open(Path path) throws IOException {
        return FileException.doing("read it", path, () -> regular(path));
    }

    private static RegularFile regular(Path path) throws IOException {
        BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
        if (!file.isRegularFile()) {
            String what = file.isDirectory() ? "a directory" : "a pipe or device";
            throw new FormatException(path, 0, "expected a regular file, got " + what);
        }
        return new RegularFile(path, FileChannel.open(path, StandardOpenOption.READ));
    }

    public Path path() {
        return path;
    }

    /** Bytes in the file when it was opened. */
    public long size() {
        return size;
    }

    /**
     * Fills the buffer's rest with the bytes from {@code offset} on.
     *
     * @throws FormatException if the file ends before
     */
    public void read(long offset, ByteBuffer buffer) throws IOException {
        long position = offset;
        while (buffer.hasRemaining()) {
            int count = readSome(position, buffer);
            if (count < 0) {
                throw new FormatException(
                        path,
                        position,
                        "expected " + buffer.remaining() + " more bytes, got the end of the file");
            }
            position += count;
        }
    }

    /**
     * All bytes.
     *
     * @param most that are taken
     * @throws FormatException if there are more
     */
    public byte[] readAll(int most) throws IOException {
        if (size > most) {
            throw new FormatException(
                    path, most, "expected at most " + most + " bytes, got " + size);
        }
        byte[] bytes = new byte[(int) size];
        read(0, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /**
     * Bytes of the file, little-endian and read-only, as the system has them in memory: mapped, not
     * copied. Where a file system maps nothing, a copy.
     *
     * @param count at most {@value #MOST}
     * @throws FormatException if the file ends before
     */
    ByteBuffer map(long offset, long count) throws IOException {
        FileChannel open = channel;
        if (open != null && count <= size - offset) {
            try {
                return FileException.doing(
                                "map it",
                                path,
                                () -> open.map(FileChannel.MapMode.READ_ONLY, offset, count))
                        .order(ByteOrder.LITTLE_ENDIAN);
            } catch (UnsupportedOperationException e) {
                // As of an archive's file system.
            }
        }
        ByteBuffer copy =
                ByteBuffer.allocate(Math.toIntExact(count)).order(ByteOrder.LITTLE_ENDIAN);
        read(offset, copy);
        return copy.flip();
    }

    private int readSome(long position, ByteBuffer buffer) throws IOException {
        FileChannel open = channel;
        if (open != null) {
            return FileException.doing("read it", path, () -> open.read(buffer, position));
        }
        int count = (int) Math.min(buffer.remaining(), size - position);
        if (count <= 0) {
            return -1;
        }
        buffer.put(memory, (int) position, count);
        return count;
    }

    /** All bytes from the first on, for one reader; closing it closes the file. */
    public InputStream stream() {
        return channel == null
                ? new ByteArrayInputStream(memory)
                : Channels.newInputStream(channel);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
