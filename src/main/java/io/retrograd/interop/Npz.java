package io.retrograd.interop;

import io.retrograd.file.WholeFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Reads and writes archives of NumPy arrays, {@code .npz}, as {@code numpy.savez} writes them. */
public final class Npz {
    private static final String END = ".npy";

    /** The first that archives have. */
    private static final LocalDateTime FIRST_DAY = LocalDateTime.of(1980, 1, 1, 0, 0);

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
    public static Map<String, NpyFile> read(Path path, Collection<String> names)
            throws IOException {
        return read(path, names::contains);
    }

    /**
     * Reads all of an archive's arrays into memory.
     *
     * @return the arrays by their names without {@code .npy}, in the archive's order
     * @throws FormatException as {@link #read(Path, Collection)} and {@link Npy#read} do
     * @throws IOException if it cannot be read
     */
    public static Map<String, SafeTensor> read(Path path) throws IOException {
        Map<String, SafeTensor> arrays = new LinkedHashMap<>();
        for (Map.Entry<String, NpyFile> array : read(path, name -> true).entrySet()) {
            arrays.put(array.getKey(), Npy.read(array.getValue()));
        }
        return arrays;
    }

    /**
     * Writes an archive, whole or not at all. It is not compressed, and its bytes depend on the
     * arrays alone.
     *
     * @param arrays by their names, of kinds that NumPy has
     * @throws IllegalArgumentException for another kind
     * @throws IOException if it cannot be written
     */
    public static void write(Path path, Map<String, SafeTensor> arrays) throws IOException {
        arrays.values().forEach(array -> NpyHeader.bytes(array.kind(), array.dims()));
        WholeFile.write(
                path,
                out -> {
                    ZipOutputStream zip = new ZipOutputStream(out);
                    zip.setLevel(Deflater.NO_COMPRESSION);
                    for (Map.Entry<String, SafeTensor> array : arrays.entrySet()) {
                        ZipEntry entry = new ZipEntry(array.getKey() + END);
                        entry.setTimeLocal(FIRST_DAY);
                        zip.putNextEntry(entry);
                        Npy.write(zip, array.getValue());
                        zip.closeEntry();
                    }
                    zip.finish();
                });
    }

    /** What an array is called in messages. */
    private static Path inside(Path path, String entry) {
        return path.resolve(entry.replaceAll("[^-\\w.]", "_"));
    }

    private static Map<String, NpyFile> read(Path path, Predicate<String> wanted)
            throws IOException {
        Map<String, NpyFile> arrays = new LinkedHashMap<>();
        int entries = 0;
        try (RegularFile file = RegularFile.open(path);
                ZipInputStream in = new ZipInputStream(file.stream())) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries++;
                String inside = entry.getName();
                String name = inside.substring(0, Math.max(0, inside.length() - END.length()));
                if (inside.endsWith(END) && wanted.test(name)) {
                    byte[] bytes = in.readNBytes(RegularFile.MOST);
                    if (in.read() >= 0) {
                        throw new FormatException(
                                path, 0, name + ": expected at most 2 GB, got more");
                    }
                    arrays.put(
                            name, NpyFile.open(RegularFile.inMemory(inside(path, inside), bytes)));
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
