package io.retrograd.operation;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import java.util.List;

/**
 * How spatial dimensions are stretched.
 *
 * @param mode how an output is found between inputs
 * @param alignCorners whether the first and the last elements meet, and not the outer edges; for
 *     {@link Mode#LINEAR} only
 * @param sizes the spatial sizes of y, or none
 * @param factors how much larger than x y is in each spatial dimension, if there are no sizes
 */
public record InterpolationSpec(
        Mode mode, boolean alignCorners, List<Integer> sizes, List<Integer> factors) {
    private static final String NAME = "Interpolate";

    /** How an output is found between inputs. */
    public enum Mode {
        /** Input {@code ⌊o·in/out⌋}. */
        NEAREST,
        /** The neighbours, weighed by their distance: linear, bilinear, trilinear. */
        LINEAR
    }

    public InterpolationSpec {
        sizes = List.copyOf(sizes);
        factors = List.copyOf(factors);
        if (sizes.isEmpty() == factors.isEmpty()) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected sizes or factors, got %s and %s", NAME, sizes, factors));
        }
        sizes.forEach(size -> Checks.atLeast(NAME, "size", 1, size));
        factors.forEach(factor -> Checks.atLeast(NAME, "factor", 1, factor));
        if (alignCorners && mode != Mode.LINEAR) {
            throw new IllegalArgumentException(
                    NAME + ": expected linear mode with aligned corners, got " + mode);
        }
    }

    /**
     * The shape of y.
     *
     * @throws IllegalArgumentException if x has other dimensions
     */
    public Shape outputShape(Shape x) {
        int dims = Math.max(sizes.size(), factors.size());
        Spatial.checkInput(NAME, x, dims);
        Shape y = x;
        for (int i = 0; i < dims; i++) {
            y =
                    y.with(
                            i + 2,
                            sizes.isEmpty()
                                    ? Math.multiplyExact(x.dim(i + 2), factors.get(i))
                                    : sizes.get(i));
        }
        return y;
    }

    /** One for each dimension of x. */
    List<SamplingAxis> axes(Shape x) {
        Shape y = outputShape(x);
        List<SamplingAxis> axes = Samplings.identities(x);
        for (int d = 2; d < x.rank(); d++) {
            if (x.dim(d) != y.dim(d)) {
                axes.set(d, new SamplingAxis(kind(), x.dim(d), y.dim(d), /* before= */ 0));
            }
        }
        return axes;
    }

    private SamplingAxis.Kind kind() {
        if (mode == Mode.NEAREST) {
            return SamplingAxis.Kind.NEAREST;
        }
        return alignCorners ? SamplingAxis.Kind.LINEAR_ALIGNED : SamplingAxis.Kind.LINEAR;
    }
}
