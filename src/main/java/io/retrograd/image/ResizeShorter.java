package io.retrograd.image;

import io.retrograd.tensor.Draw;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Resizes so that the shorter side has this length, and the sides keep their ratio: the longer one
 * has {@code ⌊side · longer / shorter⌋} pixels, as torchvision's.
 */
public record ResizeShorter(int side, Filter filter) implements PictureTransform {
    public ResizeShorter {
        Size.check("ResizeShorter", side, side);
    }

    /** Bilinear. */
    public ResizeShorter(int side) {
        this(side, Filter.BILINEAR);
    }

    @Override
    public Picture apply(Picture x, Draw draw, int first) {
        Size size = resized(x.height(), x.width());
        return Resampling.resize(x, size.height(), size.width(), filter);
    }

    private Size resized(int height, int width) {
        return height <= width
                ? new Size(side, longer(width, height))
                : new Size(longer(height, width), side);
    }

    private int longer(int longer, int shorter) {
        return Math.toIntExact((long) side * longer / shorter);
    }

    @Override
    public List<PictureTransform> fixed() {
        return List.of(this);
    }

    @Override
    public @Nullable Size size(@Nullable Size before) {
        return before == null ? null : resized(before.height(), before.width());
    }
}
