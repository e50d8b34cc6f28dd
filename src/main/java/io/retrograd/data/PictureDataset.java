package io.retrograd.data;

import io.retrograd.image.Mixup;
import io.retrograd.image.Normalize;
import io.retrograd.image.Picture;
import io.retrograd.image.Size;
import io.retrograd.image.Transforms;
import io.retrograd.tensor.Draw;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Labelled pictures that {@link Transforms} change: at random when a trainer draws, else only as
 * always. Samples are bytes, or floats where there is a {@link Normalize}.
 *
 * <p>With a {@link Mixup} training takes probabilities: its loss is {@code new
 * CrossEntropy().ofProbabilities()}.
 */
public final class PictureDataset implements LabelledDataset {
    private static final int LARGEST = 255;

    private final PictureSource source;
    private final List<Integer> labels;
    private final List<String> labelNames;
    private final List<String> sampleNames;
    private final int classes;
    private final Transforms transforms;
    private final Transforms fixed;
    private final Shape sampleShape;
    private final @Nullable Size size;
    private final @Nullable Draw draw;

    /**
     * Pictures of a source.
     *
     * @param transforms those that are left to be done
     * @param size of the source's pictures; null if they differ
     */
    PictureDataset(
            PictureSource source,
            List<Integer> labels,
            List<String> labelNames,
            List<String> sampleNames,
            int classes,
            Transforms transforms,
            @Nullable Size size) {
        this.source = source;
        this.labels = List.copyOf(labels);
        this.labelNames = List.copyOf(labelNames);
        this.sampleNames = List.copyOf(sampleNames);
        this.classes = classes;
        this.transforms = transforms;
        fixed = transforms.fixed();
        Size after = transforms.size(size);
        if (!fixed.size(size).equals(after)) {
            throw new IllegalArgumentException(
                    String.format(
                            "PictureDataset: expected pictures of one size in training and in"
                                    + " tests, got %s and %s",
                            after, fixed.size(size)));
        }
        this.size = size;
        sampleShape = Shape.of(transforms.channels(), after.height(), after.width());
        draw = null;
    }

    private PictureDataset(PictureDataset of, Draw draw) {
        source = of.source;
        labels = of.labels;
        labelNames = of.labelNames;
        sampleNames = of.sampleNames;
        classes = of.classes;
        transforms = of.transforms;
        fixed = of.fixed;
        sampleShape = of.sampleShape;
        size = of.size;
        this.draw = draw;
    }

    /**
     * The pictures of another data set, which are bytes (C, H, W).
     *
     * @throws IllegalArgumentException if they are not, or do not fit the transforms
     */
    public static PictureDataset of(LabelledDataset pictures, Transforms transforms) {
        return new PictureDataset(
                PictureSource.of(pictures),
                IntStream.range(0, pictures.size()).mapToObj(pictures::label).toList(),
                pictures.labelNames(),
                List.of(),
                pictures.classes(),
                transforms,
                new Size(pictures.sampleShape().dim(1), pictures.sampleShape().dim(2)));
    }

    /** Those at these places alone: none of the others is mixed with them. */
    PictureDataset part(int... places) {
        int[] copy = places.clone();
        PictureSource all = source;
        return new PictureDataset(
                index -> all.picture(copy[index]),
                IntStream.of(copy).mapToObj(labels::get).toList(),
                labelNames,
                sampleNames.isEmpty()
                        ? List.of()
                        : IntStream.of(copy).mapToObj(sampleNames::get).toList(),
                classes,
                transforms,
                size);
    }

    /** A sample's picture as tests see it, without {@link Normalize}. */
    public Picture picture(int index) {
        return fixed.apply(source.picture(index));
    }

    @Override
    public int size() {
        return labels.size();
    }

    @Override
    public Shape sampleShape() {
        return sampleShape;
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public List<String> labelNames() {
        return labelNames;
    }

    @Override
    public @Nullable String sampleName(int index) {
        return sampleNames.isEmpty() ? null : sampleNames.get(index);
    }

    @Override
    public LabelledDataset drawn(Draw next) {
        return transforms.deterministic() ? this : new PictureDataset(this, next);
    }

    @Override
    public int largestPixel() {
        return transforms.normalize() == null ? LARGEST : 0;
    }

    @Override
    public boolean floats() {
        return transforms.normalize() != null;
    }

    private @Nullable Mixup mixup() {
        return draw == null ? null : transforms.mixup();
    }

    /** A picture as training sees it before it is mixed, or tests. */
    private Picture changed(int index, @Nullable Draw at) {
        Picture picture = source.picture(index);
        return at == null ? fixed.apply(picture) : transforms.apply(picture, at);
    }

    /** The other picture is changed as at a draw of its own. */
    private static Draw other(Draw draw) {
        return new Draw(~draw.seed(), draw.number());
    }

    @Override
    public void pixels(int index, byte[] into, int offset) {
        byte[] pixels = changed(index, draw).pixels();
        Mixup mixup = mixup();
        if (mixup == null || draw == null) {
            System.arraycopy(pixels, 0, into, offset, pixels.length);
            return;
        }
        byte[] others = changed(mixup.partner(draw, size()), other(draw)).pixels();
        double share = mixup.share(draw);
        for (int i = 0; i < pixels.length; i++) {
            double mixed = share * (pixels[i] & 0xFF) + (1 - share) * (others[i] & 0xFF);
            into[offset + i] = (byte) Math.rint(mixed);
        }
    }

    @Override
    public void sample(int index, float[] into, int offset) {
        Mixup mixup = mixup();
        float[] values = transforms.values(changed(index, draw));
        if (mixup != null && draw != null) {
            Picture partner = changed(mixup.partner(draw, size()), other(draw));
            float[] others = transforms.values(partner);
            double share = mixup.share(draw);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (share * values[i] + (1 - share) * others[i]);
            }
        }
        System.arraycopy(values, 0, into, offset, values.length);
    }

    @Override
    public void sample(int index, double[] into, int offset) {
        int count = (int) sampleShape.size();
        if (floats()) {
            float[] values = new float[count];
            sample(index, values, 0);
            for (int i = 0; i < count; i++) {
                into[offset + i] = values[i];
            }
            return;
        }
        byte[] pixels = new byte[count];
        pixels(index, pixels, 0);
        for (int i = 0; i < count; i++) {
            into[offset + i] = (pixels[i] & 0xFF) / (double) LARGEST;
        }
    }

    /**
     * The class of a sample.
     *
     * @throws IllegalStateException if labels are mixed
     */
    @Override
    public int label(int index) {
        if (mixup() != null) {
            throw new IllegalStateException(
                    "Mixup: expected a loss of probabilities, got one of labels; use new"
                            + " CrossEntropy().ofProbabilities()");
        }
        return labels.get(index);
    }

    @Override
    public void probabilities(int index, double[] into, int offset, int count) {
        Arrays.fill(into, offset, offset + count, 0);
        Mixup mixup = mixup();
        double share = mixup == null || draw == null ? 1 : mixup.share(draw);
        into[offset + labels.get(index)] += share;
        if (mixup != null && draw != null) {
            into[offset + labels.get(mixup.partner(draw, size()))] += 1 - share;
        }
    }
}
