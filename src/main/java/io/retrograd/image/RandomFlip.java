package io.retrograd.image;

import io.retrograd.tensor.Draw;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Exchanges left and right of some pictures.
 *
 * @param p of each picture, in [0, 1]
 */
public record RandomFlip(double p) implements PictureTransform {
    public RandomFlip {
        if (!(p >= 0 && p <= 1)) {
            throw new IllegalArgumentException("RandomFlip: expected p in [0, 1], got " + p);
        }
    }

    /** Of half of them. */
    public RandomFlip() {
        this(0.5);
    }

    @Override
    public Picture apply(Picture x, Draw draw, int first) {
        return draw.uniform(first) < p ? x.flipped() : x;
    }

    @Override
    public List<PictureTransform> fixed() {
        return List.of();
    }

    @Override
    public @Nullable Size size(@Nullable Size before) {
        return before;
    }
}
