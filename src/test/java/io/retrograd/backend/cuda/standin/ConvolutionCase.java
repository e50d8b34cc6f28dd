package io.retrograd.backend.cuda.standin;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * A convolution of any number of spatial dimensions up to three, by the loops of its definition.
 *
 * <pre>
 *   y[n, k, o] = Σ x[n, c, o stride + r dilation - padding] w[k, c, r]
 * </pre>
 */
record ConvolutionCase(int n, int c, int k, int groups, boolean flip, List<Axis> axes) {
    /** One spatial dimension. */
    record Axis(int in, int filter, int padding, int stride, int dilation) {
        int out() {
            return 1 + (in + 2 * padding - (filter - 1) * dilation - 1) / stride;
        }
    }

    int[] each(ToIntFunction<Axis> property) {
        return axes.stream().mapToInt(property).toArray();
    }

    int[] out() {
        return each(Axis::out);
    }

    int[] xDims() {
        return dims(n, c, each(Axis::in));
    }

    int[] wDims() {
        return dims(k, c / groups, each(Axis::filter));
    }

    int[] yDims() {
        return dims(n, k, out());
    }

    private static int[] dims(int first, int second, int[] rest) {
        int[] dims = new int[rest.length + 2];
        dims[0] = first;
        dims[1] = second;
        System.arraycopy(rest, 0, dims, 2, rest.length);
        return dims;
    }

    static int count(int... dims) {
        return Arrays.stream(dims).reduce(1, (a, b) -> a * b);
    }

    /** What one product of x and w adds to. */
    interface Body {
        void product(int y, int x, int w);
    }

    /** Calls the body with the indices of y, x and w of every product there is. */
    void forEach(Body body) {
        int outSize = count(out());
        int filterSize = count(each(Axis::filter));
        int inSize = count(each(Axis::in));
        int perGroup = c / groups;
        for (int y = 0; y < n * k * outSize; y++) {
            int image = y / outSize / k;
            int map = y / outSize % k;
            int group = map / (k / groups);
            for (int w = 0; w < perGroup * filterSize; w++) {
                int place = place(y % outSize, w % filterSize);
                if (place >= 0) {
                    int channel = group * perGroup + w / filterSize;
                    body.product(
                            y,
                            (image * c + channel) * inSize + place,
                            map * perGroup * filterSize + w);
                }
            }
        }
    }

    // Where in the input an output meets a tap of the filter; -1 in the padding.
    private int place(int output, int tap) {
        int place = 0;
        int scale = 1;
        int o = output;
        int r = flip ? count(each(Axis::filter)) - 1 - tap : tap;
        for (int i = axes.size() - 1; i >= 0; i--) {
            Axis axis = axes.get(i);
            int at =
                    o % axis.out() * axis.stride()
                            + r % axis.filter() * axis.dilation()
                            - axis.padding();
            if (at < 0 || at >= axis.in()) {
                return -1;
            }
            place += at * scale;
            scale *= axis.in();
            o /= axis.out();
            r /= axis.filter();
        }
        return place;
    }
}
