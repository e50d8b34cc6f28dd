package io.retrograd.serve;

import io.retrograd.image.Cover;
import io.retrograd.image.Picture;
import io.retrograd.image.PictureReader;
import io.retrograd.image.Png;
import io.retrograd.image.Transforms;
import io.retrograd.report.HeatPicture;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pictures that a network was trained on, or some of them, evenly spread: to be compared with, and
 * to be shown by number.
 */
public final class TrainingPictures {
    private static final int SIDE = 160;
    private static final int KEPT = 500;

    private final LabelledDataset samples;
    private final int count;
    private final @Nullable Path folder;
    private final PictureReader reader;

    /** Files that were made of late. */
    private final Map<Integer, byte[]> files =
            Collections.synchronizedMap(
                    new LinkedHashMap<>(16, 0.75f, /* accessOrder= */ true) {
                        private static final long serialVersionUID = 1;

                        @Override
                        protected boolean removeEldestEntry(Map.Entry<Integer, byte[]> eldest) {
                            return size() > KEPT;
                        }
                    });

    /**
     * Samples of a data set.
     *
     * @param most pictures that are compared with
     * @param folder in which samples' names are files; null where they are none
     * @throws IllegalArgumentException if samples are no pictures (C, H, W)
     */
    public TrainingPictures(LabelledDataset samples, int most, @Nullable Path folder) {
        if (samples.tokenIds() != null || samples.sampleShape().rank() != 3) {
            throw new IllegalArgumentException(
                    "serve: expected training pictures (C, H, W), got " + samples.sampleShape());
        }
        this.samples = samples;
        this.count = Math.min(most, samples.size());
        this.folder = folder;
        reader = new PictureReader().channels(3);
    }

    int count() {
        return count;
    }

    Shape shape() {
        return samples.sampleShape();
    }

    private int index(int number) {
        return (int) ((long) number * samples.size() / count);
    }

    /** The class of a picture, from 0. */
    int label(int number) {
        return samples.label(index(number));
    }

    /** What a picture is called; null where it has no name. */
    @Nullable String name(int number) {
        return samples.sampleName(index(number));
    }

    void sample(int number, double[] into, int offset) {
        samples.sample(index(number), into, offset);
    }

    /**
     * A picture as a PNG file: of its own file where it has one, else as the network sees it.
     *
     * @throws IOException if its file can no longer be read
     */
    byte[] png(int number) throws IOException {
        byte[] known = files.get(number);
        if (known == null) {
            String name = name(number);
            known = folder == null || name == null ? seen(number) : file(folder.resolve(name));
            files.put(number, known);
        }
        return known;
    }

    private byte[] file(Path path) throws IOException {
        return png(Transforms.of(new Cover(SIDE, SIDE)).apply(reader.read(path)));
    }

    private byte[] seen(int number) {
        double[] values = new double[Math.toIntExact(shape().size())];
        sample(number, values, 0);
        double low = Math.min(0, Arrays.stream(values).min().orElse(0));
        double high = Math.max(1, Arrays.stream(values).max().orElse(1));
        return new HeatPicture(shape(), values, filled(low), filled(high))
                .alone("training picture")
                .file();
    }

    private double[] filled(double value) {
        double[] all = new double[Math.toIntExact(shape().size())];
        Arrays.fill(all, value);
        return all;
    }

    /** A picture as a PNG file. */
    static byte[] png(Picture picture) {
        int plane = picture.height() * picture.width();
        byte[] interleaved = new byte[plane * picture.channels()];
        for (int i = 0; i < interleaved.length; i++) {
            int c = i % picture.channels();
            interleaved[i] = picture.pixels()[c * plane + i / picture.channels()];
        }
        return Png.of(picture.width(), picture.height(), picture.channels(), interleaved);
    }
}
