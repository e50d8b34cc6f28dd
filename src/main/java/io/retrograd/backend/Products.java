package io.retrograd.backend;

import static io.retrograd.backend.Operation.orNull;
import static io.retrograd.backend.Operation.present;

import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Operations that multiply an input with a weight, and add a bias where there is one. */
public sealed interface Products extends Operation {
    Tensor x();

    Tensor w();

    @Nullable Tensor b();

    @Override
    default List<Tensor> reads() {
        return present(x(), w(), b());
    }

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

        Convolution(ConvolutionSpec spec, Tensor x, Tensor w, @Nullable Tensor b, Recorder to) {
            this(
                    spec,
                    x,
                    w,
                    b,
                    to.output(
                            spec.name(), spec.outputShape(x.shape(), w.shape()), present(x, w, b)));
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
        public Op make(Operations on, Parameters parameters) {
            return on.convolution(spec, x, w, b, y);
        }

        @Override
        public Convolution over(UnaryOperator<Tensor> of) {
            return new Convolution(spec, of.apply(x), of.apply(w), orNull(of, b), of.apply(y));
        }
    }

    /** Shapes as at {@link TransposedConvolutionSpec}. */
    record TransposedConvolution(
            TransposedConvolutionSpec spec, Tensor x, Tensor w, @Nullable Tensor b, Tensor y)
            implements Products {
        public TransposedConvolution {
            Checks.vector(spec.name(), "bias", b, y.shape().dim(1));
        }

        TransposedConvolution(
                TransposedConvolutionSpec spec,
                Tensor x,
                Tensor w,
                @Nullable Tensor b,
                Recorder to) {
            this(
                    spec,
                    x,
                    w,
                    b,
                    to.output(
                            spec.name(), spec.outputShape(x.shape(), w.shape()), present(x, w, b)));
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
        public Op make(Operations on, Parameters parameters) {
            return on.transposedConvolution(spec, x, w, b, y);
        }

        @Override
        public TransposedConvolution over(UnaryOperator<Tensor> of) {
            return new TransposedConvolution(
                    spec, of.apply(x), of.apply(w), orNull(of, b), of.apply(y));
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

        Linear(Tensor x, Tensor w, @Nullable Tensor b, Recorder to) {
            this(
                    x,
                    w,
                    b,
                    to.output(NAME, outputShape(x.shape(), w.shape().dim(0)), present(x, w, b)));
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
        public String name() {
            return NAME;
        }

        @Override
        public long multiplyAdds() {
            return y.shape().size() * w.shape().dim(1);
        }

        @Override
        public Op make(Operations on, Parameters parameters) {
            return on.linear(x, w, b, y);
        }

        @Override
        public Linear over(UnaryOperator<Tensor> of) {
            return new Linear(of.apply(x), of.apply(w), orNull(of, b), of.apply(y));
        }
    }
}
