package io.retrograd.operation;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import java.util.List;

/**
 * Transposed convolution over 1, 2 or 3 spatial dimensions: the gradient of a convolution with
 * respect to its input, used forwards.
 *
 * <pre>
 *   x (N, C, spatial...)    w (C, K/groups, kernel...)    b (K)    y (N, K, out...)
 *
 *   out = (in − 1)·stride − 2·padding + dilation·(kernel − 1) + outputPadding + 1
 * </pre>
 *
 * @param convolution the convolution whose input gradient this is, from y's shape back to x's
 * @param outputPadding rows and columns added at the end of y, fewer than stride or dilation
 */
public record TransposedConvolutionSpec(ConvolutionSpec convolution, List<Integer> outputPadding) {
    public TransposedConvolutionSpec {
        String name = name(convolution);
        outputPadding = Spatial.check(name, "output padding", outputPadding, convolution.dims(), 0);
        for (int i = 0; i < outputPadding.size(); i++) {
            int step = Math.max(convolution.stride().get(i), convolution.dilation().get(i));
            if (outputPadding.get(i) >= step) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: output padding must be smaller than stride %s or dilation %s,"
                                        + " got %s",
                                name, convolution.stride(), convolution.dilation(), outputPadding));
            }
        }
    }

    private static String name(ConvolutionSpec convolution) {
        return "ConvTranspose" + convolution.dims() + "d";
    }

    /** The name that users know, as in {@code ConvTranspose2d}. */
    String name() {
        return name(convolution);
    }

    /** Number of spatial dimensions. */
    public int dims() {
        return convolution.dims();
    }

    /**
     * The shape of w.
     *
     * @param outputs K
     * @throws IllegalArgumentException if x does not fit this convolution, or K its groups
     */
    public Shape weightShape(Shape x, int outputs, Shape kernel) {
        Spatial.checkInput(name(), x, dims());
        Checks.groups(name(), "input channels", convolution.groups(), x.dim(1));
        Checks.groups(name(), "output channels", convolution.groups(), outputs);
        return kernel.prepend(outputs / convolution.groups()).prepend(x.dim(1));
    }

    /**
     * The shape of y.
     *
     * @throws IllegalArgumentException if x and w do not fit each other or this convolution
     */
    public Shape outputShape(Shape x, Shape w) {
        Spatial.checkWeight(name(), w, dims());
        int outputs = Math.multiplyExact(w.dim(1), convolution.groups());
        Checks.shape(name(), "weight", weightShape(x, outputs, w.tail(2)), w);
        return Spatial.outputShape(
                name(),
                x,
                outputs,
                i ->
                        (x.dim(i + 2) - 1L) * convolution.stride().get(i)
                                - 2L * convolution.padding().get(i)
                                + (long) convolution.dilation().get(i) * (w.dim(i + 2) - 1)
                                + outputPadding.get(i)
                                + 1);
    }
}
