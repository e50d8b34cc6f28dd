package io.retrograd.gradcheck.fuzz;

import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.ConvTranspose1d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.ConvTranspose3d;
import io.retrograd.layer.Convolution;
import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;

/**
 * Draws convolutions, plain and transposed: one channel and full blocks of channels, strides beyond
 * the kernel, padding beyond the kernel, windows without any input, 1x1 kernels.
 */
public final class DrawnConvolutions {
    private final Draw draw;
    private final int elements;
    private final int dims;

    /** If more than 1, windows have one element and this step divides all sizes. */
    private final int step;

    private DrawnConvolutions(Draw draw, int dims, int elements) {
        this.draw = draw;
        this.dims = dims;
        this.elements = elements;
        step = draw.once(5) ? draw.of(2, 2, 3) : 1;
    }

    /**
     * A convolution.
     *
     * @param dims 1, 2 or 3 spatial dimensions
     * @param elements how many the input has at most
     */
    public static DrawnLayer plain(Draw draw, int dims, int elements) {
        return new DrawnConvolutions(draw, dims, elements).plain();
    }

    /** A transposed one. */
    public static DrawnLayer transposed(Draw draw, int dims, int elements) {
        return new DrawnConvolutions(draw, dims, elements).transposed();
    }

    private DrawnLayer plain() {
        int groups = groups();
        int channels = groups * channels(groups);
        int[] kernel = kernel();
        Layer layer =
                switch (dims) {
                    case 1 -> settings(new Conv1d(channels, kernel), groups);
                    case 2 -> settings(new Conv2d(channels, kernel), groups);
                    default -> settings(new Conv3d(channels, kernel), groups);
                };
        return drawn(layer, groups);
    }

    private DrawnLayer transposed() {
        int groups = groups();
        int channels = groups * channels(groups);
        int[] kernel = kernel();
        int[] beyond =
                step > 1
                        ? Draw.same(dims, step - 1)
                        : draw.once(2) ? draw.sizes(dims, 0, 1, 1, 2) : new int[dims];
        Layer layer =
                switch (dims) {
                    case 1 ->
                            settings(new ConvTranspose1d(channels, kernel), groups)
                                    .outputPadding(beyond);
                    case 2 ->
                            settings(new ConvTranspose2d(channels, kernel), groups)
                                    .outputPadding(beyond);
                    default ->
                            settings(new ConvTranspose3d(channels, kernel), groups)
                                    .outputPadding(beyond);
                };
        return drawn(layer, groups);
    }

    private <L extends Convolution<L>> L settings(L layer, int groups) {
        int[] stride =
                step > 1 || draw.once(3)
                        ? Draw.same(dims, step)
                        : draw.sizes(dims, 1, 2, 2, 2, 3, 4);
        int[] padding =
                step == 1 && draw.once(2) ? draw.sizes(dims, 0, 1, 1, 2, 3, 5) : new int[dims];
        int[] dilation =
                step == 1 && draw.once(4) ? draw.sizes(dims, 1, 2, 2, 3) : Draw.same(dims, 1);
        return layer.stride(stride)
                .padding(padding)
                .dilation(dilation)
                .groups(groups)
                .bias(!draw.once(4));
    }

    private DrawnLayer drawn(Layer layer, int groups) {
        int batch = draw.of(1, 1, 2, 3, 5);
        int inputs = groups * channels(groups);
        int[] sizes = draw.sizes(dims, 1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 32, 33);
        int[] shape = new int[dims + 2];
        shape[0] = batch;
        shape[1] = inputs;
        draw.fit(sizes, Math.max(1, elements / (batch * inputs)));
        for (int i = 0; i < dims; i++) {
            shape[i + 2] = step * ((sizes[i] + step - 1) / step);
        }
        return new DrawnLayer(layer, Shape.of(shape));
    }

    private int groups() {
        return step == 1 && draw.once(4) ? draw.of(2, 3, 4, 8, 16) : 1;
    }

    private int channels(int groups) {
        return groups > 1 ? draw.of(1, 1, 2, 3) : draw.of(1, 1, 2, 3, 4, 5, 8, 13, 16, 17, 24, 32);
    }

    private int[] kernel() {
        if (step > 1) {
            return Draw.same(dims, 1);
        }
        return draw.once(3)
                ? draw.sizes(dims, 1, 2, 3, 4, 5)
                : Draw.same(dims, draw.of(1, 1, 1, 2, 3, 3, 4, 5));
    }
}
