package io.retrograd.operation;

import io.retrograd.tensor.Shape;
import java.util.List;

/**
 * Transposed convolution over 1 or 2 spatial dimensions: the gradient of a convolution with respect
 * to its input, used forwards.
 *
 * <pre>
 *   x (N, C, spatial...)    w (C, K/groups, kernel...)    b (K)    y (N, K, out...)
 *
 *   out = (in − 1)·stride − 2·padding + dilation·(kernel − 1) + outputPadding + 1
 * </pre>
 *
 * @param stride step between the windows of neighbouring inputs, at least 1
 * @param padding rows and columns cut from both sides of the result
 * @param outputPadding rows and columns added at the end, below stride or dilation
 * @param dilation distance of neighbouring kernel elements, at least 1
 * @param groups channels are split into this many independent convolutions
 */
public record TransposedConvolutionSpec(
        List<Integer> stride,
        List<Integer> padding,
        List<Integer> outputPadding,
        List<Integer> dilation,
        int groups) {
    private static final String WHERE = "ConvTranspose";

    public TransposedConvolutionSpec {
        int dims = stride.size();
        if (dims < 1 || dims > 3) {
            throw new IllegalArgumentException(
                    WHERE + ": expected 1 to 3 spatial dimensions, got " + dims);
        }
        stride = Spatial.check(WHERE, "stride", stride, dims, 1);
        padding = Spatial.check(WHERE, "padding", padding, dims, 0);
        outputPadding = Spatial.check(WHERE, "output padding", outputPadding, dims, 0);
        dilation = Spatial.check(WHERE, "dilation", dilation, dims, 1);
        ConvolutionSpec.checkGroups(WHERE, groups);
        for (int i = 0; i < dims; i++) {
            if (outputPadding.get(i) >= Math.max(stride.get(i), dilation.get(i))) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: output padding must be smaller than stride %s or dilation %s,"
                                        + " got %s",
                                WHERE, stride, dilation, outputPadding));
            }
        }
    }

    /** For people, as in {@code ConvTranspose2d}. */
    String name() {
        return WHERE + dims() + "d";
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
        if (w.rank() != dims() + 2 || w.dim(0) != x.dim(1)) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected weight (%d, K/groups, %d kernel sizes), got %s",
                            WHERE, x.dim(1), dims(), w));
        }
        if (x.dim(1) % groups != 0) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: groups must divide input channels %d, got %d",
                            WHERE, x.dim(1), groups));
        }
        int[] y = new int[x.rank()];
        y[0] = x.dim(0);
        y[1] = Math.multiplyExact(w.dim(1), groups);
        for (int i = 0; i < dims(); i++) {
            long out =
                    (x.dim(i + 2) - 1L) * stride.get(i)
                            - 2L * padding.get(i)
                            + (long) dilation.get(i) * (w.dim(i + 2) - 1)
                            + outputPadding.get(i)
                            + 1;
            y[i + 2] = Spatial.dimension(WHERE, out, x);
        }
        return Shape.of(y);
    }

    /** The convolution whose input gradient this is: from y's shape back to x's. */
    public ConvolutionSpec convolution() {
        return new ConvolutionSpec(stride, padding, dilation, groups);
    }
}
