package io.retrograd.operation;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Operations whose outputs are each a weighted sum of few inputs, found dimension by dimension:
 * parts of a tensor, padding, interpolation.
 *
 * <pre>
 *   y[o₁, …, oₙ] = Σ w₁[o₁, i₁]·…·wₙ[oₙ, iₙ]·x[i₁, …, iₙ]        over the inputs of each axis
 *
 *   dx[i₁, …, iₙ] = Σ w₁[o₁, i₁]·…·wₙ[oₙ, iₙ]·dy[o₁, …, oₙ]      over the outputs that read them
 * </pre>
 *
 * An output that has no inputs is {@link #fill}.
 */
public sealed interface Samplings extends Operation {
    Tensor x();

    /** One for each dimension of x. */
    List<SamplingAxis> axes();

    /** What outputs without inputs are. */
    default double fill() {
        return 0;
    }

    @Override
    default List<Tensor> linearIn() {
        return reads();
    }

    @Override
    default Op make(Operations on, RandomState random) {
        return on.sampling(this);
    }

    /** The part of x that begins at {@code start} of a dimension. */
    record Narrow(int dim, int start, int length, Tensor x, Tensor y) implements Samplings {
        private static final String NAME = "Narrow";

        /** {@code dim} and {@code start} count from the end where they are negative. */
        public Narrow(int dim, int start, int length, Tensor x, Outputs to) {
            this(
                    Checks.dimension(NAME, dim, x.shape()),
                    first(dim, start, x.shape()),
                    length,
                    x,
                    to.output(NAME, outputShape(dim, start, length, x.shape()), x));
        }

        private static int first(int dim, int start, Shape x) {
            int size = x.dim(Checks.dimension(NAME, dim, x));
            return start < 0 ? start + size : start;
        }

        /** The shape of y. */
        public static Shape outputShape(int dim, int start, int length, Shape x) {
            int d = Checks.dimension(NAME, dim, x);
            int first = first(dim, start, x);
            if (length < 1 || first < 0 || length > x.dim(d) - first) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected a part of dimension %d of %s, got %d elements from %d"
                                        + " on",
                                NAME, d, x, length, start));
            }
            return x.with(d, length);
        }

        @Override
        public List<SamplingAxis> axes() {
            List<SamplingAxis> axes = identities(x.shape());
            axes.set(
                    dim,
                    new SamplingAxis(SamplingAxis.Kind.SHIFT, x.shape().dim(dim), length, -start));
            return axes;
        }
    }

    /** x with elements added at its ends. */
    record Pad(PadSpec spec, Tensor x, Tensor y) implements Samplings {
        public Pad(PadSpec spec, Tensor x, Outputs to) {
            this(spec, x, to.output("Pad", spec.outputShape(x.shape()), x));
        }

        @Override
        public List<SamplingAxis> axes() {
            return spec.axes(x.shape());
        }

        @Override
        public double fill() {
            return spec.value();
        }
    }

    /** x (N, C, spatial...) at other spatial sizes. */
    record Interpolate(InterpolationSpec spec, Tensor x, Tensor y) implements Samplings {
        public Interpolate(InterpolationSpec spec, Tensor x, Outputs to) {
            this(spec, x, to.output("Interpolate", spec.outputShape(x.shape()), x));
        }

        @Override
        public List<SamplingAxis> axes() {
            return spec.axes(x.shape());
        }
    }

    /** Axes that change nothing. */
    static List<SamplingAxis> identities(Shape x) {
        List<SamplingAxis> axes = new ArrayList<>();
        x.dims().forEach(size -> axes.add(SamplingAxis.identity(size)));
        return axes;
    }
}
