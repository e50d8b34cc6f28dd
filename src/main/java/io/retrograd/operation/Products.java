package io.retrograd.operation;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operations that multiply an input with a weight, and add a bias where there is one. */
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
}
