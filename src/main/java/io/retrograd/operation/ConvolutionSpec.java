package io.retrograd.operation;

import io.retrograd.tensor.Checks;
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
 * @param groups number of independent convolutions into which the channels are split
 */
public record ConvolutionSpec(
        List<Integer> stride, List<Integer> padding, List<Integer> dilation, int groups) {
    private static final String WHERE = "Convolution";

    public ConvolutionSpec {
        int dims = Spatial.dimensions(WHERE, stride);
        stride = Spatial.check(WHERE, "stride", stride, dims, 1);
        padding = Spatial.check(WHERE, "padding", padding, dims, 0);
        dilation = Spatial.check(WHERE, "dilation", dilation, dims, 1);
        Checks.atLeast(WHERE, "groups", 1, groups);
    }

    /** The name that users know, as in {@code Conv2d}. */
    String name() {
        return "Conv" + dims() + "d";
    }

    /** Number of spatial dimensions. */
    public int dims() {
        return stride.size();
    }

    /**
     * The shape of w.
     *
     * @param outputs K
     * @throws IllegalArgumentException if x does not fit this convolution, or K its groups
     */
    public Shape weightShape(Shape x, int outputs, Shape kernel) {
        Spatial.checkInput(name(), x, dims());
        Checks.groups(name(), "input channels", groups, x.dim(1));
        Checks.groups(name(), "output channels", groups, outputs);
        return kernel.prepend(x.dim(1) / groups).prepend(outputs);
    }

    /**
     * The shape of y.
     *
     * @throws IllegalArgumentException if x and w do not fit each other or this convolution
     */
    public Shape outputShape(Shape x, Shape w) {
        Spatial.checkWeight(name(), w, dims());
        Checks.shape(name(), "weight", weightShape(x, w.dim(0), w.tail(2)), w);
        return Spatial.outputShape(
                name(),
                x,
                w.dim(0),
                i ->
                        Spatial.positions(
                                x.dim(i + 2),
                                w.dim(i + 2),
                                stride.get(i),
                                2L * padding.get(i),
                                dilation.get(i)));
    }
}
