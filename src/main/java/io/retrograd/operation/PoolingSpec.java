package io.retrograd.operation;

import io.retrograd.tensor.Shape;
import java.util.List;

/**
 * A window that slides over 1, 2 or 3 spatial dimensions of each channel.
 *
 * <pre>
 *   x (N, C, spatial...)    y (N, C, out...)
 *
 *   out = ⌊(in + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1
 * </pre>
 *
 * With {@code ceilMode} the quotient is rounded up, and a last window that would start in the right
 * padding is left out, as in PyTorch.
 *
 * @param kernel size of the window
 * @param stride step of the window, at least 1
 * @param padding positions on both sides that count as absent, at most half the kernel
 * @param dilation distance of neighbouring window elements, at least 1
 * @param ceilMode whether a window may reach over the right edge
 */
public record PoolingSpec(
        List<Integer> kernel,
        List<Integer> stride,
        List<Integer> padding,
        List<Integer> dilation,
        boolean ceilMode) {
    private static final String WHERE = "Pooling";

    public PoolingSpec {
        int dims = Spatial.dimensions(WHERE, kernel);
        kernel = Spatial.check(WHERE, "kernel", kernel, dims, 1);
        stride = Spatial.check(WHERE, "stride", stride, dims, 1);
        padding = Spatial.check(WHERE, "padding", padding, dims, 0);
        dilation = Spatial.check(WHERE, "dilation", dilation, dims, 1);
        for (int i = 0; i < dims; i++) {
            if (padding.get(i) > kernel.get(i) / 2) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: padding must be at most half of kernel %s, got %s",
                                WHERE, kernel, padding));
            }
        }
    }

    /** Number of spatial dimensions. */
    public int dims() {
        return kernel.size();
    }

    /**
     * The shape of y.
     *
     * @throws IllegalArgumentException if no window fits x
     */
    public Shape outputShape(Shape x) {
        Spatial.checkInput(WHERE, x, dims());
        return Spatial.outputShape(WHERE, x, x.dim(1), i -> positions(i, x.dim(i + 2)));
    }

    private long positions(int i, long in) {
        int step = stride.get(i);
        long slack = 2L * padding.get(i) + (ceilMode ? step - 1 : 0);
        long out = Spatial.positions(in, kernel.get(i), step, slack, dilation.get(i));
        boolean inPadding = ceilMode && (out - 1) * step >= in + padding.get(i);
        return inPadding ? out - 1 : out;
    }
}
