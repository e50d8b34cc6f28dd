package io.retrograd.data;

import io.retrograd.file.FileException;
import io.retrograd.interop.FormatException;
import io.retrograd.interop.RegularFile;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
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
     * @param others names that the file has elsewhere
     * @throws FileNotFoundException if there is none of them
     * @throws FileException if the folder cannot be read
     */
    static DataFile open(Path folder, String name, String source, String... others)
            throws IOException {
        FileException.acting("look for " + name, folder, () -> checkFolder(folder));
        List<String> names = new ArrayList<>(List.of(name));
        names.addAll(List.of(others));
        for (String each : names) {
            for (Path path : List.of(folder.resolve(each), folder.resolve(each + GZIP))) {
                if (Files.exists(path)) {
                    return open(path);
                }
            }
        }
        throw new FileNotFoundException(
                String.format(
                        "%s: expected the file %s, plain or as %s%s, found none; get it from %s",
                        folder, String.join(" or ", names), name, GZIP, source));
    }

    private static void checkFolder(Path folder) throws IOException {
        if (!Files.readAttributes(folder, BasicFileAttributes.class).isDirectory()) {
            throw new NotDirectoryException(folder.toString());
        }
        if (!Files.isExecutable(folder)) {
            throw new AccessDeniedException(folder.toString());
        }
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
        } catch (IOException e) {
            throw FileException.of("read it", path, e);
        }
    }

    /** Refuses bytes that are left over. */
    void expectEnd() throws IOException {
        if (upTo(1).length != 0) {
            offset--;
            throw error("expected the end of the file, got more bytes");
        }
    }

    /** An error at the current offset. */
    FormatException error(String problem) {
        return new FormatException(path, offset, problem);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
