package io.retrograd.image;

import io.retrograd.tensor.Draw;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done to pictures between their files and a network, in order: a value that is stored
 * beside the trained parameters, so that the same is done when the network is used.
 *
 * <pre>{@code
 * Transforms transforms =
 *         Transforms.of(
 *                 new ResizeShorter(36),
 *                 new RandomCrop(32, 32),
 *                 new RandomFlip(),
 *                 Normalize.imageNet());
 * }</pre>
 *
 * <p>Training draws the random ones; in tests and predictions {@link #fixed} ones take their place.
 *
 * @param channels of pictures: 3 for red, green and blue, 1 for grey
 * @param steps transforms of pictures, then a {@link Normalize} or none, then a {@link Mixup} or
 *     none
 */
public record Transforms(int channels, List<Transform> steps) {
    private static final Draw NONE = new Draw(0, 0);

    public Transforms {
        steps = List.copyOf(steps);
        if (channels != 1 && channels != 3) {
            throw new IllegalArgumentException(
                    "Transforms: expected 1 or 3 channels, got " + channels);
        }
        int rank = 0;
        for (Transform step : steps) {
            int next = step instanceof PictureTransform ? 0 : step instanceof Normalize ? 1 : 2;
            if (next < rank || (next > 0 && next == rank)) {
                throw new IllegalArgumentException(
                        "Transforms: expected transforms of pictures, then at most one Normalize,"
                                + " then at most one Mixup, got "
                                + steps);
            }
            rank = next;
            if (step instanceof Normalize normalize && normalize.means().size() != channels) {
                throw new IllegalArgumentException(
                        String.format(
                                "Transforms: expected means for %d channels, got %s",
                                channels, normalize));
            }
        }
    }

    /** Of RGB pictures. */
    public static Transforms of(Transform... steps) {
        return new Transforms(3, List.of(steps));
    }

    /** The same for pictures of 1 channel or 3. */
    public Transforms channels(int count) {
        return new Transforms(count, steps);
    }

    /** The same with one more. */
    public Transforms plus(Transform step) {
        List<Transform> more = new ArrayList<>(steps);
        more.add(step);
        return new Transforms(channels, more);
    }

    /** What is done where nothing is drawn: the deterministic ones, and what replaces others. */
    public Transforms fixed() {
        List<Transform> fixed = new ArrayList<>();
        for (Transform step : steps) {
            if (step instanceof PictureTransform picture) {
                fixed.addAll(picture.fixed());
            } else if (step instanceof Normalize) {
                fixed.add(step);
            }
        }
        return new Transforms(channels, fixed);
    }

    /** Whether nothing is drawn. */
    public boolean deterministic() {
        return equals(fixed());
    }

    /** The deterministic transforms before the first one that draws: they need be done but once. */
    public Transforms prefix() {
        return new Transforms(channels, steps.subList(0, prefixLength()));
    }

    /** Those after the {@link #prefix}. */
    public Transforms suffix() {
        return new Transforms(channels, steps.subList(prefixLength(), steps.size()));
    }

    private int prefixLength() {
        int length = 0;
        while (length < steps.size()
                && steps.get(length) instanceof PictureTransform picture
                && picture.fixed().equals(List.of(picture))) {
            length++;
        }
        return length;
    }

    /** How pixels become numbers; null for {@code pixel / 255}. */
    public @Nullable Normalize normalize() {
        return only(Normalize.class);
    }

    /** How samples are mixed; null if they are not. */
    public @Nullable Mixup mixup() {
        return only(Mixup.class);
    }

    private <T> @Nullable T only(Class<T> kind) {
        return steps.stream().filter(kind::isInstance).map(kind::cast).findFirst().orElse(null);
    }

    /**
     * The size of all changed pictures.
     *
     * @param before the size of all pictures; null if they differ
     * @throws IllegalArgumentException if sizes of changed ones differ
     */
    public Size size(@Nullable Size before) {
        Size size = before;
        for (Transform step : steps) {
            size = step instanceof PictureTransform picture ? picture.size(size) : size;
        }
        if (size == null) {
            throw new IllegalArgumentException(
                    "Transforms: expected pictures of one size at the end, got any; add a"
                            + " Resize, a Cover or a crop");
        }
        return size;
    }

    /** A picture as training sees it at a draw, without {@link Normalize} and {@link Mixup}. */
    public Picture apply(Picture picture, Draw draw) {
        Picture changed = picture.channels(channels);
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i) instanceof PictureTransform step) {
                changed = step.apply(changed, draw, i * PictureTransform.NUMBERS);
            }
        }
        return changed;
    }

    /** A picture as tests and predictions see it, without {@link Normalize}. */
    public Picture apply(Picture picture) {
        return fixed().apply(picture, NONE);
    }

    /**
     * Reads a picture's file for a prediction, without {@link Normalize}.
     *
     * @throws IOException as {@link PictureReader#read} does
     */
    public Picture read(Path file) throws IOException {
        return apply(new PictureReader().channels(channels).read(file));
    }

    /**
     * A changed picture's pixels as a network's input: {@code pixel / 255}, or what {@link
     * Normalize} makes of them.
     */
    public float[] values(Picture changed) {
        float[] values = new float[changed.pixels().length];
        Normalize normalize = normalize();
        float[] table = normalize == null ? null : normalize.table();
        int plane = changed.height() * changed.width();
        for (int i = 0; i < values.length; i++) {
            int pixel = changed.pixels()[i] & 0xFF;
            values[i] = table == null ? pixel / 255f : table[i / plane * 256 + pixel];
        }
        return values;
    }

    /** As JSON, in one line: an object with the channels and the steps, each named. */
    public String json() throws IOException {
        return TransformsFile.line(this);
    }

    /**
     * Reads what {@link #json} gives.
     *
     * @param source where it is from, for the error
     * @throws IOException if it is something else
     */
    public static Transforms parse(String source, String json) throws IOException {
        return TransformsFile.parse(source, json);
    }

    /** Writes them as JSON. */
    public void save(Path file) throws IOException {
        TransformsFile.save(this, file);
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @throws IOException if it cannot be read, or holds other things; the message names the file
     */
    public static Transforms load(Path file) throws IOException {
        return TransformsFile.load(file);
    }
}
