package io.retrograd.data;

import io.retrograd.interop.FormatException;
import io.retrograd.interop.NpyFile;
import io.retrograd.interop.Npz;
import io.retrograd.train.LabelledDataset;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A user's own NumPy arrays: {@code x} (N, ...) of samples and {@code y} (N) of labels from 0 on.
 * Bytes are divided by 255; pictures are (N, C, H, W).
 */
public final class NpyData {
    private static final int SHARE_OF_HEAP = 4;

    private NpyData() {}

    /**
     * Reads them: an archive {@code .npz} of both, a folder with {@code x.npy} and {@code y.npy},
     * or the files themselves. A file of samples that takes more than a quarter of the Java heap
     * stays where it is, and is read whenever its samples are.
     *
     * @param path of the archive, the folder, or the file of samples
     * @param labels the file of labels, for a file of samples
     * @throws IOException if arrays are missing, damaged, or do not fit together
     */
    public static LabelledDataset load(Path path, @Nullable Path labels) throws IOException {
        if (Files.isDirectory(path)) {
            return files(path.resolve("x.npy"), path.resolve("y.npy"));
        }
        if (labels != null) {
            return files(path, labels);
        }
        Map<String, NpyFile> arrays = Npz.read(path, List.of("x", "y"));
        NpyFile x = arrays.get("x");
        NpyFile y = arrays.get("y");
        if (x == null || y == null) {
            throw new IOException(path + ": expected the arrays x and y, got " + arrays.keySet());
        }
        return whole(NpyDataset.of(x, path, labels(y, path), classes(labels(y, path))), x);
    }

    private static LabelledDataset files(Path samples, Path labelFile) throws IOException {
        int[] labels;
        try (NpyFile y = NpyFile.open(labelFile)) {
            labels = labels(y, labelFile);
        }
        NpyFile x = NpyFile.open(samples);
        NpyDataset dataset = NpyDataset.of(x, samples, labels, classes(labels));
        boolean large = Files.size(samples) > Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
        return large ? dataset : whole(dataset, x);
    }

    /** The same in memory. */
    private static LabelledDataset whole(NpyDataset dataset, NpyFile x) throws IOException {
        int[] labels = new int[dataset.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = dataset.label(i);
        }
        int count = Math.toIntExact(labels.length * dataset.sampleShape().size());
        try (x) {
            if (dataset.largestPixel() > 0) {
                byte[] bytes = new byte[count];
                x.read(0, labels.length, bytes, 0);
                return new ByteDataset(
                        ByteBuffer.wrap(bytes),
                        labels,
                        dataset.sampleShape(),
                        dataset.classes(),
                        List.of());
            }
            float[] values = new float[count];
            x.read(0, labels.length, values, 0);
            return new FloatDataset(
                    FloatBuffer.wrap(values),
                    labels,
                    dataset.sampleShape(),
                    dataset.classes(),
                    List.of());
        }
    }

    private static int classes(int[] labels) {
        int most = 0;
        for (int label : labels) {
            most = Math.max(most, label);
        }
        return most + 1;
    }

    private static int[] labels(NpyFile y, Path path) throws IOException {
        if (y.dims().size() != 1 || y.samples() < 1 || y.samples() > Integer.MAX_VALUE - 8) {
            throw new FormatException(path, 0, "expected labels y (N), got " + y.dims());
        }
        double[] values = new double[(int) y.samples()];
        y.read(0, values.length, values);
        int[] labels = new int[values.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (int) values[i];
            if (labels[i] != values[i] || labels[i] < 0) {
                throw new FormatException(
                        path,
                        0,
                        String.format(
                                "expected labels from 0 on, got %s for sample %d", values[i], i));
            }
        }
        return labels;
    }
}
