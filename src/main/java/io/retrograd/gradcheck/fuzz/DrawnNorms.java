package io.retrograd.gradcheck.fuzz;

import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.GroupNorm;
import io.retrograd.layer.InstanceNorm;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.LocalResponseNorm;
import io.retrograd.layer.RmsNorm;
import io.retrograd.tensor.Shape;

/**
 * Draws normalizations, over one number or many.
 *
 * @param elements how many the input has at most
 */
public record DrawnNorms(Draw draw, int elements) {
    private static final int LARGEST = 17;

    /** Of each channel over the batch. */
    public DrawnLayer batch() {
        return new DrawnLayer(
                new BatchNorm().eps(eps()).momentum(draw.of(1, 3, 10) / 10.0), image());
    }

    /** Of the last dimensions. */
    public DrawnLayer layer() {
        Shape shape = image();
        LayerNorm norm = new LayerNorm(last(shape));
        return new DrawnLayer(norm.eps(eps()), shape);
    }

    /** Of the last dimensions, by their size. */
    public DrawnLayer rms() {
        Shape shape = image();
        return new DrawnLayer(new RmsNorm(last(shape)).eps(eps()), shape);
    }

    /** Of groups of channels. */
    public DrawnLayer group() {
        int groups = draw.of(1, 2, 3, 4);
        Shape shape = DrawnShapes.with(draw, elements, groups * draw.of(1, 2, 5, 8), sizes());
        return new DrawnLayer(new GroupNorm(groups).eps(eps()), shape);
    }

    /** Of each channel. */
    public DrawnLayer instance() {
        return new DrawnLayer(new InstanceNorm().eps(eps()).affine(draw.once(2)), image());
    }

    /** Of neighbouring channels. */
    public DrawnLayer localResponse() {
        return new DrawnLayer(
                new LocalResponseNorm(draw.between(1, 6)).alpha(draw.of(1, 9) / 10.0), image());
    }

    private Shape image() {
        return DrawnShapes.of(draw, elements, sizes());
    }

    private int[] sizes() {
        return draw.each(draw.between(0, 3), 1, LARGEST);
    }

    private int[] last(Shape shape) {
        int[] sizes = new int[draw.between(1, shape.rank() - 1)];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = shape.dim(shape.rank() - sizes.length + i);
        }
        return sizes;
    }

    private double eps() {
        return draw.once(2) ? 1e-5 : 1e-2;
    }
}
