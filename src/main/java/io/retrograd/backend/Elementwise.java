package io.retrograd.backend;

import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/** Operations of each element by itself; x and y have one shape. */
public sealed interface Elementwise extends Operation {
    Tensor x();

    @Override
    default List<Tensor> reads() {
        return List.of(x());
    }

    /** y = f(x). */
    record Activation(ActivationSpec spec, Tensor x, Tensor y) implements Elementwise {
        Activation(ActivationSpec spec, Tensor x, Recorder to) {
            this(spec, x, to.output(spec.kind().text(), x.shape(), List.of(x)));
        }

        @Override
        public String name() {
            return spec.kind().text();
        }

        @Override
        public Op make(Operations on, Parameters parameters) {
            return on.activation(spec, x, y);
        }

        @Override
        public Activation over(UnaryOperator<Tensor> of) {
            return new Activation(spec, of.apply(x), of.apply(y));
        }
    }

    /** x (N, C, …); w (C) or (1). */
    record Prelu(Tensor x, Tensor w, Tensor y) implements Elementwise {
        private static final String NAME = "Prelu";

        public Prelu {
            Checks.vector(NAME, "weight", w, slopes(x.shape(), w.shape().size() != 1));
        }

        Prelu(Tensor x, Tensor w, Recorder to) {
            this(x, w, to.output(NAME, x.shape(), List.of(x, w)));
        }

        /** How many slopes there are: C, or 1. */
        public static int slopes(Shape x, boolean perChannel) {
            return perChannel ? Checks.channels(NAME, x) : 1;
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public List<Tensor> reads() {
            return List.of(x, w);
        }

        @Override
        public Op make(Operations on, Parameters parameters) {
            return on.prelu(x, w, y);
        }

        @Override
        public Prelu over(UnaryOperator<Tensor> of) {
            return new Prelu(of.apply(x), of.apply(w), of.apply(y));
        }
    }

    /**
     * Drops elements.
     *
     * @param p probability, in [0, 1)
     * @param stream of random numbers, which no other operation of the model draws from
     */
    record Dropout(double p, long stream, Tensor x, Tensor y) implements Elementwise {
        private static final String NAME = "Dropout";

        public Dropout {
            check(p);
        }

        Dropout(double p, long stream, Tensor x, Recorder to) {
            this(p, stream, x, to.output(NAME, x.shape(), List.of(x)));
        }

        /** Refuses what is no probability to drop with. */
        public static void check(double p) {
            Checks.fraction(NAME, "p", p);
        }

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public List<Tensor> linearIn() {
            return reads();
        }

        @Override
        public Op make(Operations on, Parameters parameters) {
            return on.dropout(p, stream, parameters, x, y);
        }

        @Override
        public Dropout over(UnaryOperator<Tensor> of) {
            return new Dropout(p, stream, of.apply(x), of.apply(y));
        }
    }
}
