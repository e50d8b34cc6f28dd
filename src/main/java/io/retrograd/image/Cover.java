package io.retrograd.image;

import io.retrograd.tensor.Draw;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the largest part from the centre that has the ratio of this height and width, and resizes
 * it to them.
 */
public record Cover(int height, int width, Filter filter) implements PictureTransform {
    public Cover {
        Size.check("Cover", height, width);
    }

    /** Bilinear. */
    public Cover(int height, int width) {
        this(height, width, Filter.BILINEAR);
    }

    @Override
    public Picture apply(Picture x, Draw draw, int first) {
        double scale = Math.min((double) x.height() / height, (double) x.width() / width);
        int h = (int) Math.max(1, Math.min(x.height(), Math.rint(scale * height)));
        int w = (int) Math.max(1, Math.min(x.width(), Math.rint(scale * width)));
        Picture part = CenterCrop.cut(x, h, w);
        return Resampling.resize(part, height, width, filter);
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
