package io.retrograd.backend.cuda;

import io.retrograd.operation.ConvolutionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * The sizes of a convolution from x to y, or of the one that a transposed convolution turns around.
 *
 * @param samples N
 * @param inputs channels of x
 * @param outputs channels of y
 * @param groups what both are split into
 * @param axes depth, height and width; those that it lacks, in front, have size 1
 * @param dims how many it has
 */
record ConvolutionShape(
        int samples, int inputs, int outputs, int groups, List<Axis> axes, int dims) {
    private static final int AXES = 3;
    private static final Axis NONE = new Axis(1, 1, 1, 1, 0, 1);

    /**
     * One spatial dimension: output o meets input {@code o·stride + r·dilation − padding} through
     * element r of the kernel.
     */
    record Axis(int in, int out, int kernel, int stride, int padding, int dilation) {
        Axis {
            if (in + 2L * padding > Integer.MAX_VALUE) {
                throw new IllegalArgumentException(
                        String.format(
                                "Convolution: expected padded sizes below 2^31, got %d and %d on"
                                        + " both sides",
                                in, padding));
            }
        }

        private IntStream fields() {
            return IntStream.of(in, out, kernel, stride, padding, dilation);
        }

        /** Whether y ends where the last window that fits does. */
        boolean full() {
            long room = in + 2L * padding - (long) dilation * (kernel - 1) - 1;
            return room >= 0 && room / stride + 1 == out;
        }
    }

    static ConvolutionShape of(ConvolutionSpec spec, CudaTensor x, CudaTensor w, CudaTensor y) {
        List<Axis> axes = new ArrayList<>();
        for (int i = spec.dims(); i < AXES; i++) {
            axes.add(NONE);
        }
        for (int i = 0; i < spec.dims(); i++) {
            axes.add(
                    new Axis(
                            x.dim(i + 2),
                            y.dim(i + 2),
                            w.dim(i + 2),
                            spec.stride().get(i),
                            spec.padding().get(i),
                            spec.dilation().get(i)));
        }
        return new ConvolutionShape(
                x.dim(0), x.dim(1), y.dim(1), spec.groups(), List.copyOf(axes), spec.dims());
    }

    /** Whether y has all positions of the window that there are. */
    boolean full() {
        return axes.stream().allMatch(Axis::full);
    }

    /** All of it as {@code kernels/convolution.cuh} has it. */
    int[] fields() {
        return IntStream.concat(
                        IntStream.of(samples, inputs, outputs, groups),
                        axes.stream().flatMapToInt(Axis::fields))
                .toArray();
    }

    /** Channels of x in a group. */
    int groupInputs() {
        return inputs / groups;
    }

    /** Channels of y in a group. */
    int groupOutputs() {
        return outputs / groups;
    }

    /** Elements of a channel of x. */
    int image() {
        return product(Axis::in);
    }

    /** Elements of a channel of y. */
    int positions() {
        return product(Axis::out);
    }

    /** Elements of a channel of w. */
    int taps() {
        return product(Axis::kernel);
    }

    private int product(ToIntFunction<Axis> size) {
        return axes.stream().mapToInt(size).reduce(1, Math::multiplyExact);
    }

    /** Elements of x. */
    long xSize() {
        return (long) samples * inputs * image();
    }

    /** Elements of w. */
    long wSize() {
        return (long) outputs * groupInputs() * taps();
    }

    /** Elements of y. */
    long ySize() {
        return (long) samples * outputs * positions();
    }

    /** One number of each of the last axes. */
    List<Integer> last(int count, ToIntFunction<Axis> number) {
        return axes.subList(AXES - count, AXES).stream().map(a -> number.applyAsInt(a)).toList();
    }

    /** The sizes of x, with {@code count} spatial ones. */
    List<Integer> x(int count) {
        return dims(samples, inputs, last(count, Axis::in));
    }

    /** The sizes of w. */
    List<Integer> w(int count) {
        return dims(outputs, groupInputs(), last(count, Axis::kernel));
    }

    /** The sizes of y. */
    List<Integer> y(int count) {
        return dims(samples, outputs, last(count, Axis::out));
    }

    private static List<Integer> dims(int first, int second, List<Integer> spatial) {
        List<Integer> all = new ArrayList<>(List.of(first, second));
        all.addAll(spatial);
        return all;
    }
}
