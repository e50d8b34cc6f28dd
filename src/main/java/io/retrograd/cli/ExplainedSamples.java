package io.retrograd.cli;

import io.retrograd.attribution.PixelRange;
import io.retrograd.image.Normalize;
import io.retrograd.image.Transforms;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first samples of files, in memory.
 *
 * @param names what each is called: its file, and its number where that has several
 * @param arrays whether some come from arrays, which are taken as they are
 * @param left the number of samples that were left out
 */
record ExplainedSamples(
        Shape shape, List<String> names, List<double[]> values, boolean arrays, long left) {
    int count() {
        return values.size();
    }

    /**
     * Reads them.
     *
     * @throws IOException if a file cannot be read, or samples have different shapes, or those of
     *     no pictures
     */
    static ExplainedSamples read(List<Path> files, Trained trained, int most) throws IOException {
        Shape shape =
                new PredictBatches(files, file -> PredictInput.open(file, trained), /* batch= */ 1)
                        .shape();
        if (shape.rank() != 3 && shape.rank() != 2) {
            throw new IOException(
                    files.get(0)
                            + ": expected samples (C, H, W) or (H, W), pictures, got shape "
                            + shape);
        }
        List<String> names = new ArrayList<>();
        List<double[]> values = new ArrayList<>();
        boolean arrays = false;
        long left = 0;
        for (Path file : files) {
            try (PredictInput input = PredictInput.open(file, trained)) {
                int count = (int) Math.min(most - names.size(), input.samples());
                for (int i = 0; i < count; i++) {
                    double[] sample = new double[Math.toIntExact(shape.size())];
                    input.read(i, 1, sample);
                    values.add(sample);
                    String name = String.valueOf(file.getFileName());
                    names.add(input.samples() > 1 ? name + " " + i : name);
                }
                arrays |= PredictInput.isArray(file);
                left += input.samples() - count;
            }
        }
        return new ExplainedSamples(shape, names, values, arrays, left);
    }

    /** The numbers of black and white: those of the transforms; of arrays what they hold. */
    PixelRange range(Transforms transforms) {
        if (!arrays) {
            return range(transforms.normalize());
        }
        double low = 0;
        double high = 1;
        for (double[] sample : values) {
            low = Math.min(low, Arrays.stream(sample).min().orElse(0));
            high = Math.max(high, Arrays.stream(sample).max().orElse(1));
        }
        return PixelRange.of(low, high);
    }

    /** The numbers of black and white pixels. */
    static PixelRange range(@Nullable Normalize normalize) {
        if (normalize == null) {
            return PixelRange.unit();
        }
        List<Double> low = new ArrayList<>();
        List<Double> high = new ArrayList<>();
        for (int c = 0; c < normalize.means().size(); c++) {
            low.add(-normalize.means().get(c) / normalize.stds().get(c));
            high.add((1 - normalize.means().get(c)) / normalize.stds().get(c));
        }
        return new PixelRange(low, high);
    }
}
