package io.retrograd.operation;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operations that multiply an input with a weight or another, and perhaps add a bias. */
public sealed interface Products extends Operation {
    Tensor x();

    Tensor w();

    @Nullable Tensor b();

    @Override
    default List<Tensor> linearIn() {
        return reads();
    }

    /** Shapes as at {@link ConvolutionSpec}. */
    record Convolution(ConvolutionSpec spec, Tensor x, Tensor w, @Nullable Tensor b, Tensor y)
            implements Products {
        public Convolution {
            Checks.vector(spec.name(), "bias", b, w.shape().dim(0));
        }

        public static Convolution of(
                ConvolutionSpec spec, Tensor x, Tensor w, @Nullable Tensor b, Outputs to) {
            Shape y = spec.outputShape(x.shape(), w.shape());
            return new Convolution(spec, x, w, b, to.output(spec.name(), y, x, w, b));
        }

        @Override
        public String name() {
            return spec.name();
        }

        @Override
        public long multiplyAdds() {
            return y.shape().size() * (w.shape().size() / w.shape().dim(0));
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.convolution(this);
        }
    }

    /** Shapes as at {@link TransposedConvolutionSpec}. */
    record TransposedConvolution(
            TransposedConvolutionSpec spec, Tensor x, Tensor w, @Nullable Tensor b, Tensor y)
            implements Products {
        public TransposedConvolution {
            Checks.vector(spec.name(), "bias", b, y.shape().dim(1));
        }

        public static TransposedConvolution of(
                TransposedConvolutionSpec spec,
                Tensor x,
                Tensor w,
                @Nullable Tensor b,
                Outputs to) {
            Shape y = spec.outputShape(x.shape(), w.shape());
            return new TransposedConvolution(spec, x, w, b, to.output(spec.name(), y, x, w, b));
        }

        @Override
        public String name() {
            return spec.name();
        }

        @Override
        public long multiplyAdds() {
            return x.shape().size() * (w.shape().size() / w.shape().dim(0));
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.transposedConvolution(this);
        }
    }

    /** x (…, I), w (O, I), b (O), y (…, O). */
    record Linear(Tensor x, Tensor w, @Nullable Tensor b, Tensor y) implements Products {
        private static final String NAME = "Linear";

        public Linear {
            int inputs = x.shape().dim(x.shape().rank() - 1);
            if (w.shape().rank() != 2 || w.shape().dim(1) != inputs) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected weight (O, %d) for input %s, got %s",
                                NAME, inputs, x.shape(), w.shape()));
            }
            Checks.vector(NAME, "bias", b, w.shape().dim(0));
        }

        public Linear(Tensor x, Tensor w, @Nullable Tensor b, Outputs to) {
            this(x, w, b, to.output(NAME, outputShape(x.shape(), w.shape().dim(0)), x, w, b));
        }

        /** The shape of y for this many outputs. */
        public static Shape outputShape(Shape x, int outputs) {
            if (x.rank() < 2) {
                throw new IllegalArgumentException(
                        NAME + ": expected input (N, I), got " + x + "; put a Flatten before it");
            }
            return x.with(x.rank() - 1, outputs);
        }

        @Override
        public long multiplyAdds() {
            return y.shape().size() * w.shape().dim(1);
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.linear(this);
        }
    }

    /**
     * Products of stacks of matrices.
     *
     * <pre>
     *   x (…, M, K)    y (…, M, N)    w (…, K, N), or (…, N, K) if transposed
     *
     *   y = x·w    dx = dy·wᵀ    dw = xᵀ·dy          transposed: y = x·wᵀ    dx = dy·w    dw = dyᵀ·x
     * </pre>
     *
     * The leading sizes, of which there is at least one, are those of all.
     */
    record MatMul(boolean transposed, Tensor x, Tensor w, Tensor y) implements Products {
        private static final String NAME = "MatMul";

        public MatMul {
            Checks.shape(NAME, "output", outputShape(transposed, x.shape(), w.shape()), y.shape());
        }

        public MatMul(boolean transposed, Tensor x, Tensor w, Outputs to) {
            this(
                    transposed,
                    x,
                    w,
                    to.output(NAME, outputShape(transposed, x.shape(), w.shape()), x, w));
        }

        /** The shape of y. */
        public static Shape outputShape(boolean transposed, Shape x, Shape w) {
            int row = x.rank() - 2;
            boolean stacks = row > 0 && w.rank() == x.rank();
            int terms = transposed ? row + 1 : row;
            int columns = transposed ? row : row + 1;
            if (!stacks
                    || !x.with(row, 1).with(row + 1, 1).equals(w.with(row, 1).with(row + 1, 1))
                    || x.dim(row + 1) != w.dim(terms)) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected stacks of matrices that can be multiplied, got %s and"
                                        + " %s%s",
                                NAME, x, w, transposed ? " transposed" : ""));
            }
            return x.with(row + 1, w.dim(columns));
        }

        @Override
        public @Nullable Tensor b() {
            return null;
        }

        @Override
        public long multiplyAdds() {
            return y.shape().size() * x.shape().dim(x.shape().rank() - 1);
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.matMul(this);
        }
    }
}
