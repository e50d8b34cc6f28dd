package io.retrograd.image;

import io.retrograd.tensor.Draw;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Greys a square at a random place, which may reach beyond the edges.
 *
 * <p>Source: T. DeVries, G. W. Taylor, Improved regularization of convolutional neural networks
 * with cutout, 2017.
 *
 * @param side of the square, in pixels
 * @param fill its grey, from 0 to 255
 */
public record Cutout(int side, int fill) implements PictureTransform {
    private static final int GREY = 128;

    public Cutout {
        Size.check("Cutout", side, side);
        if (fill < 0 || fill > 255) {
            throw new IllegalArgumentException(
                    "Cutout: expected a grey from 0 to 255, got " + fill);
        }
    }

    /** In medium grey. */
    public Cutout(int side) {
        this(side, GREY);
    }

    @Override
    public Picture apply(Picture x, Draw draw, int first) {
        int top = draw.below(first, x.height()) - side / 2;
        int left = draw.below(first + 1, x.width()) - side / 2;
        byte[] pixels = x.pixels().clone();
        int from = Math.max(0, left);
        int to = Math.min(x.width(), left + side);
        for (int c = 0; c < x.channels(); c++) {
            for (int y = Math.max(0, top); y < Math.min(x.height(), top + side); y++) {
                int row = (c * x.height() + y) * x.width();
                Arrays.fill(pixels, row + from, row + to, (byte) fill);
            }
        }
        return new Picture(x.channels(), x.height(), x.width(), pixels);
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
