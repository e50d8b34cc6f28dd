package io.retrograd.data;

import io.retrograd.interop.FormatException;
import io.retrograd.interop.RegularFile;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A binary file read from front to end, gzipped or not.
 *
 * <p>Offsets in messages are those of the data, decompressed where it was gzipped. Memory grows
 * with what is read, not with what a header promises.
 */
final class DataFile implements AutoCloseable {
    private static final String GZIP = ".gz";

    private final Path path;
    private final InputStream in;
    private long offset;

    private DataFile(Path path, InputStream in) {
        this.path = path;
        this.in = in;
    }

    /**
     * Opens {@code name}, or {@code name.gz} where there is no such file.
     *
     * @param source where to get it, for the message
     * @throws FileNotFoundException if there is neither
     */
    static DataFile open(Path folder, String name, String source) throws IOException {
        Path plain = folder.resolve(name);
        Path zipped = folder.resolve(name + GZIP);
        if (Files.exists(plain)) {
            return open(plain);
        }
        if (Files.exists(zipped)) {
            return open(zipped);
        }
        throw new FileNotFoundException(
                String.format(
                        "%s: expected the file, plain or as %s%s, found neither; get it from %s",
                        plain, name, GZIP, source));
    }

    private static DataFile open(Path path) throws IOException {
        RegularFile file = RegularFile.open(path);
        try {
            InputStream in = new BufferedInputStream(file.stream());
            boolean zipped = path.toString().endsWith(GZIP);
            return new DataFile(path, zipped ? new GZIPInputStream(in) : in);
        } catch (ZipException | EOFException e) {
            file.close();
            throw new FormatException(path, 0, "expected gzip data: " + e.getMessage());
        }
    }

    Path path() {
        return path;
    }

    /** Where the next byte lies. */
    long offset() {
        return offset;
    }

    /** The next four bytes, big-endian. */
    int nextInt() throws IOException {
        byte[] bytes = next(4);
        int value = 0;
        for (byte b : bytes) {
            value = (value << 8) | (b & 0xFF);
        }
        return value;
    }

    /** Exactly {@code count} bytes. */
    byte[] next(int count) throws IOException {
        byte[] bytes = upTo(count);
        if (bytes.length < count) {
            throw error(
                    String.format(
                            "expected %d more bytes, got the end of the file",
                            count - bytes.length));
        }
        return bytes;
    }

    /** The next {@code count} bytes, or as many as there are. */
    byte[] upTo(int count) throws IOException {
        try {
            byte[] bytes = in.readNBytes(count);
            offset += bytes.length;
            return bytes;
        } catch (ZipException | EOFException e) {
            throw error("expected sound gzip data: " + e.getMessage());
        }
    }

    /** Refuses bytes that are left over. */
    void expectEnd() throws IOException {
        if (upTo(1).length != 0) {
            offset--;
            throw error("expected the end of the file, got more bytes");
        }
    }

    /** What is wrong at the current offset. */
    FormatException error(String problem) {
        return new FormatException(path, offset, problem);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
