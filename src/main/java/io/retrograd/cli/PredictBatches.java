package io.retrograd.cli;

import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Samples of several files, predicted in batches of one size: their memory is a batch, however many
 * there are. Files are opened one at a time.
 */
final class PredictBatches {
    private final List<Path> files;
    private final Trained trained;
    private final int batch;
    private final Shape shape;
    private final long samples;

    /** Takes what a network gives for one sample. */
    @FunctionalInterface
    interface Taker {
        /**
         * Takes it.
         *
         * @param index of the sample in its file, from 0
         */
        void take(Path file, long index, double[] output) throws IOException;
    }

    /**
     * Looks at all files.
     *
     * @param trained what reads them
     * @param batch samples that are predicted at once, at most
     * @throws IOException if one cannot be read, or their samples have different shapes
     */
    PredictBatches(List<Path> files, Trained trained, int batch) throws IOException {
        this.files = List.copyOf(files);
        this.trained = trained;
        long count = 0;
        @Nullable Shape first = null;
        for (Path file : files) {
            try (PredictInput input = PredictInput.open(file, trained)) {
                if (first != null && !first.equals(input.shape())) {
                    throw new IOException(
                            String.format(
                                    "%s: expected samples of shape %s, as in %s, got %s",
                                    file, first, files.get(0), input.shape()));
                }
                first = input.shape();
                count += input.samples();
            }
        }
        if (first == null || count == 0) {
            throw new IOException(files.get(0) + ": expected samples, got none");
        }
        shape = first;
        samples = count;
        this.batch = (int) Math.min(batch, count);
    }

    /** The shape of each sample. */
    Shape shape() {
        return shape;
    }

    /** The number of samples of all files. */
    long samples() {
        return samples;
    }

    /** Predicts all. */
    void run(Model model, Taker taker) throws IOException {
        int size = Math.toIntExact(shape.size());
        int outputs = Math.toIntExact(model.outputShape().size());
        double[] x = new double[Math.multiplyExact(batch, size)];
        Path[] sources = new Path[batch];
        long[] indices = new long[batch];
        int filled = 0;
        for (Path file : files) {
            try (PredictInput input = PredictInput.open(file, trained)) {
                for (long at = 0; at < input.samples(); ) {
                    int count = (int) Math.min(batch - filled, input.samples() - at);
                    double[] part = filled == 0 ? x : new double[count * size];
                    input.read(at, count, part);
                    if (part != x) {
                        System.arraycopy(part, 0, x, filled * size, part.length);
                    }
                    for (int i = 0; i < count; i++) {
                        sources[filled + i] = file;
                        indices[filled + i] = at + i;
                    }
                    filled += count;
                    at += count;
                    if (filled == batch) {
                        predict(model, x, outputs, filled, sources, indices, taker);
                        filled = 0;
                    }
                }
            }
        }
        if (filled > 0) {
            // A full batch, whose rest nobody reads, needs no plan of its own.
            predict(model, x, outputs, filled, sources, indices, taker);
        }
    }

    private static void predict(
            Model model,
            double[] x,
            int outputs,
            int filled,
            Path[] sources,
            long[] indices,
            Taker taker)
            throws IOException {
        double[] y;
        try {
            y = model.predict(x);
        } catch (IllegalArgumentException e) {
            throw new IOException(sources[0] + ": " + e.getMessage(), e);
        }
        for (int i = 0; i < filled; i++) {
            double[] output = Arrays.copyOfRange(y, i * outputs, (i + 1) * outputs);
            taker.take(sources[i], indices[i], output);
        }
    }
}
