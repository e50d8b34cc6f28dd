package io.retrograd.cli;

import io.retrograd.data.Standardization;
import io.retrograd.data.StandardizedRows;
import io.retrograd.image.Picture;
import io.retrograd.image.Transforms;
import io.retrograd.interop.ElementKind;
import io.retrograd.interop.NpyFile;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A file of samples that are to be predicted, open to be read in parts. */
interface PredictInput extends AutoCloseable {
    Set<String> PICTURES = Set.of("png", "jpg", "jpeg", "gif", "bmp", "webp");
    Set<String> TABLES = Set.of("csv", "tsv");
    int LARGEST_BYTE = 255;

    /** The file. */
    Path path();

    /** What a sample is called: its file, unless it has a name of its own. */
    default String name(long index) {
        return path().toString();
    }

    /** The number of samples in it. */
    long samples();

    /** The shape of a sample. */
    Shape shape();

    /** Reads samples to the front of {@code into}. */
    void read(long first, int count, double[] into) throws IOException;

    @Override
    void close() throws IOException;

    /**
     * The files that arguments name, in order.
     *
     * @throws IllegalArgumentException if there is none
     */
    static List<Path> files(List<Path> arguments) throws IOException {
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException(
                    "INPUT: expected .npy or .csv files, pictures or folders of them behind the run, got"
                            + " none");
        }
        List<Path> files = new ArrayList<>();
        for (Path argument : arguments) {
            files.addAll(files(argument));
        }
        return files;
    }

    /**
     * The files that an argument names: itself, or the pictures, arrays and tables in a folder, by
     * name.
     *
     * @throws IllegalArgumentException if it is none of these nor a folder of them
     */
    private static List<Path> files(Path argument) throws IOException {
        if (!Files.isDirectory(argument)) {
            check(argument);
            return List.of(argument);
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(argument)) {
            inside.forEach(
                    file -> {
                        if (isArray(file) || isPicture(file) || isTable(file)) {
                            files.add(file);
                        }
                    });
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException(
                    "INPUT: expected pictures, .npy or .csv files in " + argument + ", got none");
        }
        files.sort(null);
        return files;
    }

    private static void check(Path file) {
        if (!isArray(file) && !isPicture(file) && !isTable(file)) {
            throw new IllegalArgumentException(
                    String.format(
                            "INPUT: expected a .npy or .csv file, a picture (%s) or a folder of"
                                    + " them, got %s",
                            String.join(", ", PICTURES.stream().sorted().toList()), file));
        }
    }

    /** Whether a file's name is a NumPy array's. */
    static boolean isArray(Path file) {
        return ending(file).equals("npy");
    }

    private static boolean isPicture(Path file) {
        return PICTURES.contains(ending(file));
    }

    private static boolean isTable(Path file) {
        return TABLES.contains(ending(file));
    }

    private static String ending(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /**
     * Opens a file.
     *
     * @param trained whose transforms and standardization it gets
     */
    static PredictInput open(Path file, Trained trained) throws IOException {
        if (isTable(file)) {
            return new OfTable(file, rows(file, trained.table()));
        }
        if (!isArray(file)) {
            Transforms transforms = trained.transforms();
            return new OfPicture(file, transforms.read(file), transforms);
        }
        NpyFile array = NpyFile.open(file);
        try {
            boolean pixels = array.kind() == ElementKind.U8 && !trained.tokens();
            return new OfArray(file, array, shape(file, array), pixels ? LARGEST_BYTE : 1);
        } catch (IOException | RuntimeException e) {
            array.close();
            throw e;
        }
    }

    private static List<float[]> rows(Path file, @Nullable Standardization table)
            throws IOException {
        if (table == null) {
            throw new IllegalArgumentException(
                    "INPUT: expected pictures or .npy files, as the network was not trained on a"
                            + " table, got "
                            + file);
        }
        return StandardizedRows.read(file, table).rows();
    }

    private static Shape shape(Path file, NpyFile array) throws IOException {
        List<Long> dims = array.dims();
        if (dims.size() < 2
                || dims.stream().skip(1).anyMatch(size -> size < 1 || size > Integer.MAX_VALUE)) {
            throw new IOException(
                    String.format(
                            "%s: expected an array (N, ...) of N samples, got shape %s",
                            file, dims));
        }
        return Shape.of(dims.stream().skip(1).mapToInt(Long::intValue).toArray());
    }

    /** Samples behind each other in a NumPy array, whose values are divided. */
    record OfArray(Path path, NpyFile array, Shape shape, int divisor) implements PredictInput {
        @Override
        public long samples() {
            return array.samples();
        }

        @Override
        public void read(long first, int count, double[] into) throws IOException {
            array.read(first, count, into);
            for (int i = 0; divisor != 1 && i < count * shape.size(); i++) {
                into[i] /= divisor;
            }
        }

        @Override
        public void close() throws IOException {
            array.close();
        }
    }

    /** The rows of a table, standardized. */
    record OfTable(Path path, List<float[]> rows) implements PredictInput {
        @Override
        public Shape shape() {
            return Shape.of(rows.get(0).length);
        }

        @Override
        public long samples() {
            return rows.size();
        }

        @Override
        public void read(long first, int count, double[] into) {
            int width = rows.get(0).length;
            for (int i = 0; i < count * width; i++) {
                into[i] = rows.get(Math.toIntExact(first + i / width))[i % width];
            }
        }

        @Override
        public void close() {}
    }

    /** A picture, after its transforms. */
    record OfPicture(Path path, Picture picture, Transforms transforms) implements PredictInput {
        @Override
        public Shape shape() {
            return picture.shape();
        }

        @Override
        public long samples() {
            return 1;
        }

        @Override
        public void read(long first, int count, double[] into) {
            float[] values = transforms.values(picture);
            for (int i = 0; count > 0 && i < values.length; i++) {
                into[i] = values[i];
            }
        }

        @Override
        public void close() {}
    }
}
