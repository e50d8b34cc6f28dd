package io.retrograd.interop;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/** Reads archives of NumPy arrays, {@code .npz}, as {@code numpy.savez} writes them. */
public final class Npz {
    private static final String END = ".npy";

    private Npz() {}

    /**
     * Reads some of an archive's arrays into memory.
     *
     * @param names the arrays that are wanted, without {@code .npy}
     * @return those that are there
     * @throws FormatException if the archive or an array is damaged, or an array has more bytes
     *     than Java's arrays
     * @throws IOException if it cannot be read
     */
    public static Map<String, NpyFile> read(Path path, Iterable<String> names) throws IOException {
        Map<String, NpyFile> arrays = new LinkedHashMap<>();
        int entries = 0;
        try (RegularFile file = RegularFile.open(path);
                ZipInputStream in = new ZipInputStream(file.stream())) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries++;
                for (String name : names) {
                    if (entry.getName().equals(name + END)) {
                        byte[] bytes = in.readNBytes(RegularFile.MOST);
                        if (in.read() >= 0) {
                            throw new FormatException(
                                    path, 0, name + ": expected at most 2 GB, got more");
                        }
                        Path inside = path.resolve(entry.getName());
                        arrays.put(name, NpyFile.open(RegularFile.inMemory(inside, bytes)));
                    }
                }
            }
        } catch (ZipException | EOFException e) {
            throw new FormatException(path, 0, "expected a sound archive, got " + e.getMessage());
        }
        if (entries == 0) {
            throw new FormatException(
                    path, 0, "expected an archive of numpy.savez, got something else");
        }
        return arrays;
    }
}
