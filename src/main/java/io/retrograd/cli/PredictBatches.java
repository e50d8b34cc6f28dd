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
    private final Opener opener;
    private final int batch;
    private final Shape shape;
    private final long samples;

    /** Takes what a network gives for one sample. */
    @FunctionalInterface
    interface Taker {
        /**
         * Takes it.
         *
         * @param input the sample's file, or the text that it is
         * @param index of the sample in its file, from 0
         */
        void take(String input, long index, double[] output) throws IOException;
    }

    /** Opens a file. */
    @FunctionalInterface
    interface Opener {
        PredictInput open(Path file) throws IOException;
    }

    /**
     * Looks at all files.
     *
     * @param batch samples that are predicted at once, at most
     * @throws IOException if one cannot be read, or their samples have different shapes
     */
    PredictBatches(List<Path> files, Opener opener, int batch) throws IOException {
        this.files = List.copyOf(files);
        this.opener = opener;
        long count = 0;
        @Nullable Shape first = null;
        for (Path file : files) {
            try (PredictInput input = opener.open(file)) {
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
        String[] sources = new String[batch];
        long[] indices = new long[batch];
        int filled = 0;
        for (Path file : files) {
            try (PredictInput input = opener.open(file)) {
                for (long at = 0; at < input.samples(); ) {
                    int count = (int) Math.min(batch - filled, input.samples() - at);
                    double[] part = filled == 0 ? x : new double[count * size];
                    input.read(at, count, part);
                    if (part != x) {
                        System.arraycopy(part, 0, x, filled * size, part.length);
                    }
                    for (int i = 0; i < count; i++) {
                        sources[filled + i] = input.name(at + i);
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
            String[] sources,
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
