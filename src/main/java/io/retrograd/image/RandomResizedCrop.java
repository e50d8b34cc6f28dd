package io.retrograd.image;

import io.retrograd.tensor.Draw;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a random part of the picture, of a random size and ratio of sides, and resizes it to this
 * height and width; where nothing is drawn, as {@link Cover} does.
 *
 * <p>Source: C. Szegedy et al., Going deeper with convolutions, CVPR 2015; drawn as torchvision
 * draws.
 *
 * @param smallest least share of the picture's area, in (0, 1]
 * @param largest greatest share
 * @param narrowest least width over height
 * @param widest greatest width over height
 */
public record RandomResizedCrop(
        int height,
        int width,
        double smallest,
        double largest,
        double narrowest,
        double widest,
        Filter filter)
        implements PictureTransform {
    private static final int TRIES = 10;

    public RandomResizedCrop {
        Size.check("RandomResizedCrop", height, width);
        if (!(smallest > 0 && smallest <= largest && largest <= 1)
                || !(narrowest > 0 && narrowest <= widest && widest < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    String.format(
                            "RandomResizedCrop: expected shares of the area in (0, 1] and ratios"
                                    + " above 0, each from the least to the greatest, got %s to %s"
                                    + " and %s to %s",
                            smallest, largest, narrowest, widest));
        }
    }

    /** Of this share of the area at least, ratios from 3/4 to 4/3, bilinear. */
    public RandomResizedCrop(int height, int width, double smallest) {
        this(height, width, smallest, 1, 3.0 / 4, 4.0 / 3, Filter.BILINEAR);
    }

    @Override
    public Picture apply(Picture x, Draw draw, int first) {
        double area = (double) x.height() * x.width();
        for (int i = 0; i < TRIES; i++) {
            int index = first + 4 * i;
            double target = area * draw.uniform(index, smallest, largest);
            double ratio = Math.exp(draw.uniform(index + 1, Math.log(narrowest), Math.log(widest)));
            int w = (int) Math.rint(Math.sqrt(target * ratio));
            int h = (int) Math.rint(Math.sqrt(target / ratio));
            if (w > 0 && w <= x.width() && h > 0 && h <= x.height()) {
                int top = draw.below(index + 2, x.height() - h + 1);
                int left = draw.below(index + 3, x.width() - w + 1);
                return Resampling.resize(x.crop(top, left, h, w), height, width, filter);
            }
        }
        return new Cover(height, width, filter).apply(x, draw, first);
    }

    @Override
    public List<PictureTransform> fixed() {
        return List.of(new Cover(height, width, filter));
    }

    @Override
    public Size size(@Nullable Size before) {
        return new Size(height, width);
    }
}
