package io.retrograd.image;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Draw;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a part of this height and width from a random place of the picture, which has a black
 * margin; from the centre where nothing is drawn.
 *
 * @param padding the width of the margin, in pixels
 */
public record RandomCrop(int height, int width, int padding) implements PictureTransform {
    public RandomCrop {
        Size.check("RandomCrop", height, width);
        Checks.atLeast("RandomCrop", "padding", 0, padding);
    }

    /** Without a margin. */
    public RandomCrop(int height, int width) {
        this(height, width, 0);
    }

    @Override
    public Picture apply(Picture x, Draw draw, int first) {
        int top = start(x.height(), height, draw, first);
        int left = start(x.width(), width, draw, first + 1);
        return x.crop(top, left, height, width);
    }

    /** Uniform over all places; the centre where the picture with its margin is too small. */
    private int start(int old, int wanted, Draw draw, int index) {
        int room = old + 2 * padding - wanted;
        return room >= 0 ? draw.below(index, room + 1) - padding : -((wanted - old) / 2);
    }

    @Override
    public List<PictureTransform> fixed() {
        return List.of(new CenterCrop(height, width));
    }

    @Override
    public Size size(@Nullable Size before) {
        return new Size(height, width);
    }
}
