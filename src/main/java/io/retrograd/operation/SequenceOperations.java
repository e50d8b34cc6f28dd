package io.retrograd.operation;

import static io.retrograd.operation.Operation.join;
import static io.retrograd.operation.Operation.present;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operations of tokens and of sequences. */
public sealed interface SequenceOperations extends Operation {
    /**
     * Rows of a table: indices x (…) int32, w (V, D), y (…, D).
     *
     * <pre>
     *   y[i] = w[x[i]]        dw[v] = Σ dy[i] over x[i] = v, 0 for the padding index
     * </pre>
     */
    record Embedding(EmbeddingSpec spec, Tensor x, Tensor w, Tensor y)
            implements SequenceOperations {
        private static final String NAME = "Embedding";

        public Embedding {
            Checks.indices(NAME, x);
            if (w.shape().rank() != 2 || spec.padding() >= w.shape().dim(0)) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected weight (V, D) and padding below V, got %s and %d",
                                NAME, w.shape(), spec.padding()));
            }
        }

        public Embedding(EmbeddingSpec spec, Tensor x, Tensor w, Outputs to) {
            this(
                    spec,
                    x,
                    w,
                    to.output(
                            NAME,
                            outputShape(x.shape(), w.shape().dim(w.shape().rank() - 1)),
                            x,
                            w));
        }

        /** The shape of y for rows of this many elements. */
        public static Shape outputShape(Shape x, int row) {
            List<Integer> dims = new ArrayList<>(x.dims());
            dims.add(row);
            return Shape.of(dims);
        }

        @Override
        public List<Tensor> linearIn() {
            return spec.padding() < 0 || spec.zeros() ? List.of(w) : List.of();
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.embedding(this);
        }
    }

    /** One layer of a recurrent network; shapes are those of {@link Operations#recurrent}. */
    record Recurrent(
            RecurrentSpec spec,
            Tensor x,
            @Nullable Tensor lengths,
            List<Tensor> states,
            List<Tensor> weights,
            Tensor y,
            List<Tensor> finalStates)
            implements SequenceOperations {
        public Recurrent {
            states = List.copyOf(states);
            weights = List.copyOf(weights);
            finalStates = List.copyOf(finalStates);
            String name = spec.cell().text();
            Shape state = spec.stateShape(x.shape().dim(0));
            Checks.lengths(name, lengths, x.shape().dim(0));
            if (!states.isEmpty()) {
                List<Shape> expected = Collections.nCopies(spec.cell().states(), state);
                Checks.shapes(name, "initial states", expected, states);
            }
            List<Shape> each = spec.weightShapes(x.shape().dim(2));
            List<Shape> expected = new ArrayList<>();
            for (int d = 0; d < spec.directions(); d++) {
                expected.addAll(each);
            }
            Checks.shapes(name, "weights", expected, weights);
        }

        /**
         * With outputs of its own.
         *
         * @param finalStates whether the final states are wanted, which get gradients of 0
         */
        public static Recurrent of(
                RecurrentSpec spec,
                Tensor x,
                @Nullable Tensor lengths,
                List<Tensor> states,
                List<Tensor> weights,
                boolean finalStates,
                Outputs to) {
            String name = spec.cell().text();
            List<Tensor> reads = join(present(x, lengths), states, weights);
            Tensor y = to.output(name, spec.outputShape(x.shape()), reads);
            Shape state = spec.stateShape(x.shape().dim(0));
            List<Tensor> ends = new ArrayList<>();
            for (int i = 0; finalStates && i < spec.cell().states(); i++) {
                ends.add(to.kept(name + ".state", state, reads));
            }
            return new Recurrent(spec, x, lengths, states, weights, y, ends);
        }

        /** w_ih, w_hh, b_ih, b_hh of a direction. */
        public List<Tensor> weights(int direction) {
            int each = weights.size() / spec.directions();
            return weights.subList(direction * each, (direction + 1) * each);
        }

        @Override
        public String name() {
            return spec.cell().text();
        }

        @Override
        public List<Tensor> writes() {
            return join(List.of(y), finalStates);
        }

        @Override
        public long multiplyAdds() {
            long matrices =
                    weights.stream()
                            .map(Tensor::shape)
                            .filter(shape -> shape.rank() == 2)
                            .mapToLong(Shape::size)
                            .sum();
            return (long) x.shape().dim(0) * x.shape().dim(1) * matrices;
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.recurrent(this);
        }
    }

    /**
     * Each sequence's mean, largest or last step: x (N, T, C), lengths (N) or null, y (N, C).
     *
     * <pre>
     *   MEAN    y[n,c] = Σ x[n,t,c] / L over t &lt; L        dx[n,t,c] = dy[n,c] / L
     *   MAX     y[n,c] = x[n,s,c], s the first largest         dx[n,s,c] = dy[n,c]
     *   LAST    y[n,c] = x[n,L − 1,c]                          dx[n,L − 1,c] = dy[n,c]
     * </pre>
     *
     * L is lengths[n], or T. All other dx are 0. NaN counts as larger than all numbers.
     */
    record OverTime(TimeReduction reduction, Tensor x, @Nullable Tensor lengths, Tensor y)
            implements SequenceOperations {
        public OverTime {
            Checks.lengths(reduction.text(), lengths, x.shape().dim(0));
        }

        public OverTime(TimeReduction reduction, Tensor x, @Nullable Tensor lengths, Outputs to) {
            this(
                    reduction,
                    x,
                    lengths,
                    to.output(reduction.text(), reduction.outputShape(x.shape()), x));
        }

        @Override
        public String name() {
            return reduction.text();
        }

        @Override
        public List<Tensor> linearIn() {
            return reduction == TimeReduction.MAX ? List.of() : List.of(x);
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.overTime(this);
        }
    }

    /**
     * The lengths of sequences that have {@code steps} steps: tokens (N, T) int32, y (N) int32.
     *
     * <pre>
     *   y[n] = ⌈steps·(1 + max {t : tokens[n, t] ≠ padding}) / T⌉
     * </pre>
     *
     * A sequence of padding alone is an error.
     */
    record Lengths(int padding, int steps, Tensor tokens, Tensor y) implements SequenceOperations {
        private static final String NAME = "Lengths";

        public Lengths {
            Checks.indices(NAME, tokens);
            if (tokens.shape().rank() != 2 || steps < 1) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected tokens (N, T) and at least 1 step, got %s and %d",
                                NAME, tokens.shape(), steps));
            }
        }

        public Lengths(int padding, int steps, Tensor tokens, Outputs to) {
            this(padding, steps, tokens, to.indices(NAME, Shape.of(tokens.shape().dim(0))));
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.lengths(this);
        }
    }

    /**
     * Scores of which attention must not see some: x, y (N, H, T, S), lengths int32 (N).
     *
     * <pre>
     *   y[n, h, t, s] = x[n, h, t, s] where s is seen, else {@link #UNSEEN}
     *
     *   dx = dy there, else 0
     * </pre>
     *
     * A step s is seen if it is before the sequence's length, and with {@code causal} not behind t.
     */
    record AttentionMask(boolean causal, Tensor x, @Nullable Tensor lengths, Tensor y)
            implements SequenceOperations {
        /** So low that its exponential is 0 beside any other. */
        public static final float UNSEEN = -1e30f;

        private static final String NAME = "AttentionMask";

        public AttentionMask {
            if (x.shape().rank() != 4) {
                throw new IllegalArgumentException(
                        NAME + ": expected scores (N, H, T, S), got " + x.shape());
            }
            if (lengths != null) {
                Checks.indices(NAME, lengths);
                Checks.vector(NAME, "lengths", lengths, x.shape().dim(0));
            }
        }

        public AttentionMask(boolean causal, Tensor x, @Nullable Tensor lengths, Outputs to) {
            this(causal, x, lengths, to.output(NAME, x.shape(), x));
        }

        @Override
        public List<Tensor> linearIn() {
            return List.of(x);
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.attentionMask(this);
        }
    }
}
