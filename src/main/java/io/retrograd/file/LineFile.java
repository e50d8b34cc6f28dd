package io.retrograd.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Text files that grow by lines.
 *
 * <p>A line counts once its line feed is there. What stops a process or a machine may leave a last
 * line without one: it says nothing, and the next line takes its place.
 */
public final class LineFile {
    private static final int BLOCK = 4096;

    private LineFile() {}

    /**
     * Adds a line, which outlives a power cut from the return on.
     *
     * @param line without a line feed
     * @throws IllegalArgumentException if it has one
     * @throws IOException if it cannot be written; the lines before it are as they were
     */
    public static void append(Path path, String line) throws IOException {
        if (line.indexOf('\n') >= 0) {
            throw new IllegalArgumentException(
                    "LineFile: expected one line, got " + line.lines().count());
        }
        boolean there = Files.exists(path);
        try (FileChannel channel =
                FileChannel.open(
                        path,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            long end = end(channel);
            if (end < channel.size()) {
                channel.truncate(end);
            }
            append(channel, end, (line + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw WholeFile.unwritable(path, e);
        }
        if (!there) {
            WholeFile.force(path.toAbsolutePath().getParent());
        }
    }

    private static void append(FileChannel channel, long end, byte[] bytes) throws IOException {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer, end + buffer.position());
            }
            channel.force(/* metaData= */ true);
        } catch (IOException e) {
            try {
                channel.truncate(end);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
    }

    /** Where the last whole line ends. */
    private static long end(FileChannel channel) throws IOException {
        ByteBuffer block = ByteBuffer.allocate(BLOCK);
        long end = channel.size();
        while (end > 0) {
            long begin = Math.max(0, end - BLOCK);
            block.clear().limit((int) (end - begin));
            while (block.hasRemaining() && channel.read(block, begin + block.position()) >= 0) {}
            for (int i = block.position() - 1; i >= 0; i--) {
                if (block.get(i) == '\n') {
                    return begin + i + 1;
                }
            }
            end = begin;
        }
        return 0;
    }
}
