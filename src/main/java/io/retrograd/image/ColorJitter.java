package io.retrograd.image;

import io.retrograd.tensor.Draw;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Changes brightness, contrast, saturation and hue, in this order, each by a factor uniform in
 * [max(0, 1 − x), 1 + x]; the hue by a part of the circle uniform in [−hue, hue].
 *
 * <pre>
 *   brightness   f·x                     contrast   f·x + (1 − f)·mean(grey(x))
 *   saturation   f·x + (1 − f)·grey(x)   hue        h + shift mod 1, in HSV
 * </pre>
 *
 * Each is clamped to [0, 255] and rounded down, as torchvision's are.
 *
 * @param hue in [0, 0.5]
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue)
        implements PictureTransform {
    public ColorJitter {
        boolean sound =
                brightness >= 0 && contrast >= 0 && saturation >= 0 && hue >= 0 && hue <= 0.5;
        if (!sound || Double.isInfinite(brightness + contrast + saturation)) {
            throw new IllegalArgumentException(
                    String.format(
                            "ColorJitter: expected numbers of at least 0, and a hue of at most"
                                    + " 0.5, got %s, %s, %s and %s",
                            brightness, contrast, saturation, hue));
        }
    }

    @Override
    public Picture apply(Picture x, Draw draw, int first) {
        Picture y = x;
        if (brightness > 0) {
            y = Colors.brightness(y, factor(brightness, draw, first));
        }
        if (contrast > 0) {
            y = Colors.contrast(y, factor(contrast, draw, first + 1));
        }
        if (saturation > 0) {
            y = Colors.saturation(y, factor(saturation, draw, first + 2));
        }
        return hue > 0 ? Colors.hue(y, draw.uniform(first + 3, -hue, hue)) : y;
    }

    private static double factor(double most, Draw draw, int index) {
        return draw.uniform(index, Math.max(0, 1 - most), 1 + most);
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
