package io.retrograd.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A new file of bytes that grows by records. A record is written in one piece, behind those before
 * it; where that fails, the file ends behind the last whole one.
 */
public final class GrowingFile implements Closeable {
    private final Path path;
    private final FileChannel channel;
    private long end;

    private GrowingFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Creates it.
     *
     * @throws FileAlreadyExistsException if the name is taken
     * @throws IOException if it cannot be created
     */
    public static GrowingFile create(Path path) throws IOException {
        try {
            return new GrowingFile(
                    path,
                    FileChannel.open(
                            path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (IOException e) {
            throw WholeFile.unwritable(path, e);
        }
    }

    public Path path() {
        return path;
    }

    /** Adds a record. Not modified. */
    public void append(byte[] bytes) throws IOException {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer, end + buffer.position());
            }
            end += bytes.length;
        } catch (IOException e) {
            try {
                channel.truncate(end);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw WholeFile.unwritable(path, e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
