package io.retrograd.image;

import io.retrograd.tensor.Draw;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resizes to this height and width, whatever the sides' ratio was.
 *
 * @param filter Pillow's results, bit by bit
 */
public record Resize(int height, int width, Filter filter) implements PictureTransform {
    public Resize {
        Size.check("Resize", height, width);
    }

    /** Bilinear. */
    public Resize(int height, int width) {
        this(height, width, Filter.BILINEAR);
    }

    @Override
    public Picture apply(Picture x, Draw draw, int first) {
        return Resampling.resize(x, height, width, filter);
    }

    @Override
    public List<PictureTransform> fixed() {
        return List.of(this);
    }

    @Override
    public Size size(@Nullable Size before) {
        return new Size(height, width);
    }
}
