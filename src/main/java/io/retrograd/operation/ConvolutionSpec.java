package io.retrograd.operation;

import io.retrograd.tensor.Shape;
import java.util.List;

/**
 * Convolution over 1, 2 or 3 spatial dimensions (cross-correlation, as in PyTorch and cuDNN).
 *
 * <pre>
 *   x (N, C, spatial...)    w (K, C/groups, kernel...)    b (K)    y (N, K, out...)
 *
 *   out = ⌊(in + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1
 * </pre>
 *
 * @param stride step of the window, one a spatial dimension, at least 1
 * @param padding zeros on both sides, one a spatial dimension
 * @param dilation distance of neighbouring kernel elements, at least 1
 * @param groups channels are split into this many independent convolutions
 */
public record ConvolutionSpec(
        List<Integer> stride, List<Integer> padding, List<Integer> dilation, int groups) {
    private static final String WHERE = "Convolution";

    public ConvolutionSpec {
        int dims = stride.size();
        if (dims < 1 || dims > 3) {
            throw new IllegalArgumentException(
                    WHERE + ": expected 1 to 3 spatial dimensions, got " + dims);
        }
        stride = Spatial.check(WHERE, "stride", stride, dims, 1);
        padding = Spatial.check(WHERE, "padding", padding, dims, 0);
        dilation = Spatial.check(WHERE, "dilation", dilation, dims, 1);
        checkGroups(WHERE, groups);
    }

    /** For people, as in {@code Conv2d}. */
    String name() {
        return "Conv" + dims() + "d";
    }

    /** Number of spatial dimensions. */
    public int dims() {
        return stride.size();
    }

    /**
     * The shape of y.
     *
     * @throws IllegalArgumentException if x and w do not fit each other or this convolution
     */
    public Shape outputShape(Shape x, Shape w) {
        Spatial.checkInput(WHERE, x, dims());
        if (w.rank() != dims() + 2) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected weight (K, C/groups, %d kernel sizes), got %s",
                            WHERE, dims(), w));
        }
        int channels = x.dim(1);
        if (channels % groups != 0 || w.dim(0) % groups != 0) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: groups must divide input channels %d and output channels %d, got"
                                    + " %d",
                            WHERE, channels, w.dim(0), groups));
        }
        if (w.dim(1) != channels / groups) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected weight (K, %d, kernel...) for input %s in %d groups, got"
                                    + " %s",
                            WHERE, channels / groups, x, groups, w));
        }
        int[] y = new int[x.rank()];
        y[0] = x.dim(0);
        y[1] = w.dim(0);
        for (int i = 0; i < dims(); i++) {
            long out =
                    Spatial.positions(
                            x.dim(i + 2),
                            w.dim(i + 2),
                            stride.get(i),
                            2L * padding.get(i),
                            dilation.get(i));
            y[i + 2] = Spatial.dimension(WHERE, out, x);
        }
        return Shape.of(y);
    }

    static void checkGroups(String where, int groups) {
        if (groups < 1) {
            throw new IllegalArgumentException(
                    where + ": groups must be at least 1, got " + groups);
        }
    }
}
