package io.retrograd.image;

import io.retrograd.tensor.Draw;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a part of this height and width from the centre; what it has beyond the picture's edges is
 * black.
 */
public record CenterCrop(int height, int width) implements PictureTransform {
    public CenterCrop {
        Size.check("CenterCrop", height, width);
    }

    @Override
    public Picture apply(Picture x, Draw draw, int first) {
        return cut(x, height, width);
    }

    /** Where torchvision cuts: halves are rounded to even, of what is left over and of padding. */
    static Picture cut(Picture x, int height, int width) {
        if (x.height() == height && x.width() == width) {
            return x;
        }
        return x.crop(start(x.height(), height), start(x.width(), width), height, width);
    }

    private static int start(int old, int wanted) {
        return old >= wanted ? (int) Math.rint((old - wanted) / 2.0) : -((wanted - old) / 2);
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
