package io.retrograd.operation;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/** Operations of each element of y by itself. */
public sealed interface Elementwise extends Operation {
    /** y = f(x). */
    record Activation(ActivationSpec spec, Tensor x, Tensor y) implements Elementwise {
        public Activation(ActivationSpec spec, Tensor x, Outputs to) {
            this(spec, x, to.output(spec.kind().text(), x.shape(), x));
        }

        @Override
        public String name() {
            return spec.kind().text();
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.activation(this);
        }
    }

    /**
     * Rectified linear unit with a trained slope below zero: x, y (N, C, …); w (C), or (1) for all
     * channels.
     *
     * <pre>
     *   y = x for x &gt; 0, else w[c]·x
     *
     *   dx = dy for x &gt; 0, else w[c]·dy        dw[c] = Σ x·dy over x ≤ 0 in channel c
     * </pre>
     */
    record Prelu(Tensor x, Tensor w, Tensor y) implements Elementwise {
        private static final String NAME = "Prelu";

        public Prelu {
            Checks.vector(NAME, "weight", w, slopes(x.shape(), w.shape().size() != 1));
        }

        public Prelu(Tensor x, Tensor w, Outputs to) {
            this(x, w, to.output(NAME, x.shape(), x, w));
        }

        /** The number of slopes: C, or 1. */
        public static int slopes(Shape x, boolean perChannel) {
            return perChannel ? Checks.channels(NAME, x) : 1;
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.prelu(this);
        }
    }

    /**
     * Sets elements to zero at random, and scales the others so that the expected value stays.
     *
     * <pre>
     *   u[i] = Philox uniform of (seed, stream + step, i), i row-major
     *
     *   y[i] = x[i]/(1 − p) where u[i] ≥ p, else 0        dx[i] = dy[i]/(1 − p) there, else 0
     * </pre>
     *
     * Source: N. Srivastava et al., Dropout: a simple way to prevent neural networks from
     * overfitting, JMLR 15, 2014.
     *
     * @param p probability, in [0, 1)
     * @param stream a stream of random numbers that no other operation of the model draws from
     */
    record Dropout(double p, long stream, Tensor x, Tensor y) implements Elementwise {
        private static final String NAME = "Dropout";

        public Dropout {
            check(p);
        }

        public Dropout(double p, long stream, Tensor x, Outputs to) {
            this(p, stream, x, to.output(NAME, x.shape(), x));
        }

        /** Refuses an invalid probability. */
        public static void check(double p) {
            Checks.fraction(NAME, "p", p);
        }

        @Override
        public List<Tensor> linearIn() {
            return reads();
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.dropout(this, random);
        }
    }

    /**
     * Two tensors combined; where one has size 1, its element counts for all of the other's.
     *
     * <pre>
     *   add  y = a + b        da = Σ dy          db = Σ dy
     *   sub  y = a − b        da = Σ dy          db = −Σ dy
     *   mul  y = a·b          da = Σ b·dy        db = Σ a·dy
     * </pre>
     *
     * Each sum is over the elements of y for which the element counts.
     *
     * @param name of the layer that asks for it
     */
    record Binary(String name, Kind kind, Tensor a, Tensor b, Tensor y) implements Elementwise {
        /** What is computed; kernels share the order of the constants. */
        public enum Kind {
            ADD,
            SUB,
            MUL
        }

        public Binary {
            Checks.shape(name, "output", Broadcast.shape(name, a.shape(), b.shape()), y.shape());
        }

        public Binary(String name, Kind kind, Tensor a, Tensor b, Outputs to) {
            this(
                    name,
                    kind,
                    a,
                    b,
                    to.output(name, Broadcast.shape(name, a.shape(), b.shape()), a, b));
        }

        @Override
        public List<Tensor> linearIn() {
            return reads();
        }

        @Override
        public boolean linearTogether() {
            return kind != Kind.MUL;
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.binary(this);
        }
    }

    /**
     * Gated linear unit: x (…, 2·L, …), y (…, L, …).
     *
     * <pre>
     *   y = a·σ(b)        a, b the halves of x along {@code dim}
     *
     *   da = dy·σ(b)      db = dy·a·σ(b)·(1 − σ(b))
     * </pre>
     *
     * Source: Y. Dauphin et al., Language modeling with gated convolutional networks, ICML 2017.
     *
     * @param dim from 0 on
     */
    record Glu(int dim, Tensor x, Tensor y) implements Elementwise {
        private static final String NAME = "Glu";

        /** {@code dim} counts from the end where it is negative. */
        public Glu(int dim, Tensor x, Outputs to) {
            this(
                    Checks.dimension(NAME, dim, x.shape()),
                    x,
                    to.output(NAME, outputShape(dim, x.shape()), x));
        }

        /** The shape of y. */
        public static Shape outputShape(int dim, Shape x) {
            int d = Checks.dimension(NAME, dim, x);
            if (x.dim(d) % 2 != 0) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected an even size in dimension %d, got %s", NAME, d, x));
            }
            return x.with(d, x.dim(d) / 2);
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.glu(this);
        }
    }
}
