package io.retrograd.data;

import io.retrograd.interop.ElementKind;
import io.retrograd.interop.NpyFile;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Labelled samples in a NumPy file, which are read from it when they are asked for: the file may be
 * larger than the Java heap, and what the system keeps of it in memory is read without a disk.
 *
 * <p>The file is read at positions and not mapped: Java would end with an error of the machine if
 * another program cut a mapped file off.
 */
public final class NpyDataset extends StoredDataset implements AutoCloseable {
    private final NpyFile file;
    private final Path path;
    private final boolean bytes;

    /**
     * The samples of a file (N, ...).
     *
     * @param labels one a sample, from 0 to {@code classes} − 1. Copied.
     * @throws IOException if it is no NumPy file, or holds another number of samples
     */
    public static NpyDataset open(Path path, int[] labels, int classes) throws IOException {
        return of(NpyFile.open(path), path, labels, classes);
    }

    /** The same of a file that is open, and closed with this, or where it does not fit. */
    static NpyDataset of(NpyFile file, Path path, int[] labels, int classes) throws IOException {
        try {
            return new NpyDataset(file, path, labels, classes);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private NpyDataset(NpyFile file, Path path, int[] labels, int classes) throws IOException {
        super(
                file.samples() * file.sampleSize(),
                labels,
                sampleShape(file, path, labels.length),
                classes,
                List.of());
        this.file = file;
        this.path = path;
        bytes = file.kind() == ElementKind.U8;
    }

    private static Shape sampleShape(NpyFile file, Path path, int samples) throws IOException {
        List<Long> dims = file.dims();
        if (dims.size() < 2 || dims.get(0) != samples || samples == 0) {
            throw new IOException(
                    String.format(
                            "%s: expected an array (%d, ...), a sample for each label, got %s",
                            path, samples, dims));
        }
        return Shape.of(dims.stream().skip(1).mapToInt(Math::toIntExact).toArray());
    }

    @Override
    public int largestPixel() {
        return bytes ? ByteDataset.LARGEST : 0;
    }

    @Override
    public boolean floats() {
        return !bytes && file.kind() != ElementKind.F64;
    }

    @Override
    public void pixels(int index, byte[] into, int offset) {
        reading(() -> file.read(index, 1, into, offset));
    }

    @Override
    public void sample(int index, float[] into, int offset) {
        reading(() -> file.read(index, 1, into, offset));
    }

    @Override
    public void sample(int index, double[] into, int offset) {
        double[] values = new double[elements()];
        reading(() -> file.read(index, 1, values));
        for (int i = 0; i < values.length; i++) {
            into[offset + i] = bytes ? values[i] / ByteDataset.LARGEST : values[i];
        }
    }

    /** Work on the file. */
    @FunctionalInterface
    private interface Reading {
        void run() throws IOException;
    }

    private void reading(Reading work) {
        try {
            work.run();
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": " + e.getMessage(), e);
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
