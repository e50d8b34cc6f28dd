package io.retrograd.backend.random;

import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.ConvTranspose1d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.Convolution;
import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Draws convolutions, plain and transposed: one channel and full blocks of channels, strides beyond
 * the kernel, padding beyond the kernel, windows without any input, 1x1 kernels.
 */
final class DrawnConvolutions {
    /** Elements of an input, so that the plain reference takes milliseconds. */
    private static final int MOST_ELEMENTS = 20_000;

    private final Draw draw;
    private final StringBuilder code = new StringBuilder();

    /** If more than 1, windows have one element and this step divides all sizes. */
    private final int step;

    private DrawnConvolutions(Draw draw) {
        this.draw = draw;
        step = draw.once(5) ? draw.of(2, 2, 3) : 1;
    }

    static Drawn plain(Draw draw) {
        return new DrawnConvolutions(draw).plain(draw.of(1, 2, 2, 2, 2, 3));
    }

    static Drawn transposed(Draw draw) {
        return new DrawnConvolutions(draw).transposed(draw.of(1, 2, 2));
    }

    private Drawn plain(int dims) {
        int groups = groups();
        int channels = groups * channels(groups);
        int[] kernel = kernel(dims);
        code.append("new Conv").append(dims).append("d(").append(channels).append(", ");
        code.append(list(kernel)).append(')');
        Layer layer =
                switch (dims) {
                    case 1 -> settings(new Conv1d(channels, kernel[0]), dims, groups);
                    case 2 -> settings(new Conv2d(channels, kernel), dims, groups);
                    default -> settings(new Conv3d(channels, kernel), dims, groups);
                };
        return drawn(layer, groups, dims);
    }

    private Drawn transposed(int dims) {
        int groups = groups();
        int channels = groups * channels(groups);
        int[] kernel = kernel(dims);
        code.append("new ConvTranspose").append(dims).append("d(").append(channels).append(", ");
        code.append(list(kernel)).append(')');
        int[] beyond =
                step > 1
                        ? all(dims, step - 1)
                        : draw.once(2) ? sizes(dims, 0, 1, 1, 2) : new int[dims];
        Layer layer =
                dims == 1
                        ? settings(new ConvTranspose1d(channels, kernel[0]), dims, groups)
                                .outputPadding(beyond[0])
                        : settings(new ConvTranspose2d(channels, kernel), dims, groups)
                                .outputPadding(beyond);
        code.append(".outputPadding(").append(list(beyond)).append(')');
        return drawn(layer, groups, dims);
    }

    private <L extends Convolution<L>> L settings(L layer, int dims, int groups) {
        int[] stride = step > 1 || draw.once(3) ? all(dims, step) : sizes(dims, 1, 2, 2, 2, 3, 4);
        int[] padding = step == 1 && draw.once(2) ? sizes(dims, 0, 1, 1, 2, 3, 5) : new int[dims];
        int[] dilation = step == 1 && draw.once(4) ? sizes(dims, 1, 2, 2, 3) : ones(dims);
        boolean bias = !draw.once(4);
        code.append(".stride(").append(list(stride)).append(")");
        code.append(".padding(").append(list(padding)).append(")");
        code.append(".dilation(").append(list(dilation)).append(")");
        code.append(".groups(").append(groups).append(").bias(").append(bias).append(")");
        return layer.stride(stride).padding(padding).dilation(dilation).groups(groups).bias(bias);
    }

    private Drawn drawn(Layer layer, int groups, int dims) {
        int batch = draw.of(1, 1, 2, 3, 5);
        int inputs = groups * channels(groups);
        int[] sizes = sizes(dims, 1, 2, 3, 4, 5, 7, 8, 9, 13, 16, 17, 32);
        while (product(sizes) * batch * inputs > MOST_ELEMENTS) {
            sizes[draw.between(0, dims - 1)] = draw.between(1, 7);
        }
        if (step > 1) {
            Arrays.setAll(sizes, i -> step * ((sizes[i] + step - 1) / step));
        }
        int[] shape = new int[dims + 2];
        shape[0] = batch;
        shape[1] = inputs;
        System.arraycopy(sizes, 0, shape, 2, dims);
        return Drawn.of(layer, code.toString(), Shape.of(shape), /* exact= */ true);
    }

    private int groups() {
        return step == 1 && draw.once(4) ? draw.of(2, 3, 4, 8, 16) : 1;
    }

    private int channels(int groups) {
        return groups > 1 ? draw.of(1, 1, 2, 3) : draw.of(1, 1, 2, 3, 4, 5, 8, 13, 16, 17, 24, 32);
    }

    private int[] kernel(int dims) {
        if (step > 1) {
            return ones(dims);
        }
        return draw.once(3)
                ? sizes(dims, 1, 2, 3, 4, 5)
                : all(dims, draw.of(1, 1, 1, 2, 3, 3, 4, 5));
    }

    /** One for all dimensions, or one each. */
    private int[] sizes(int dims, int... choices) {
        return draw.once(2)
                ? all(dims, draw.of(choices))
                : IntStream.range(0, dims).map(i -> draw.of(choices)).toArray();
    }

    static String list(int... sizes) {
        return Arrays.stream(sizes).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    }

    private static long product(int[] sizes) {
        return Arrays.stream(sizes).asLongStream().reduce(1, (a, b) -> a * b);
    }

    private static int[] ones(int dims) {
        return all(dims, 1);
    }

    private static int[] all(int dims, int value) {
        int[] sizes = new int[dims];
        Arrays.fill(sizes, value);
        return sizes;
    }
}
