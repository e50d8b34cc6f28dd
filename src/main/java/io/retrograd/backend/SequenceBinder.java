package io.retrograd.backend;

import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The part of a {@link Binder} that binds sequences, and the checks that all operations share. */
public abstract class SequenceBinder extends Recorder {
    /** Lengths of sequences by their number of steps, within {@link #padded}. */
    private @Nullable IntFunction<Tensor> lengths;

    SequenceBinder(Backend backend, Parameters parameters, BindOptions options) {
        super(backend, parameters, options);
    }

    /**
     * Indices x (…) int32, w (V, D), y (…, D).
     *
     * @param padding an index whose row gets no gradient, or −1. With surrogates y is 0 for it, as
     *     the row is at first, so that its gradient is that
     */
    public Tensor embedding(int padding, Tensor x, Tensor w) {
        checkIndices("embedding", x);
        if (w.shape().rank() != 2 || padding >= w.shape().dim(0)) {
            throw new IllegalArgumentException(
                    String.format(
                            "embedding: expected weight (V, D) and padding below V, got %s and %d",
                            w.shape(), padding));
        }
        EmbeddingSpec spec = new EmbeddingSpec(padding, options().surrogates());
        List<Integer> dims = new ArrayList<>(x.shape().dims());
        dims.add(w.shape().dim(1));
        Tensor y = output("embedding", Shape.of(dims), list(x, w));
        return add(
                "embedding",
                at -> at.operations().embedding(spec, at.of(x), at.of(w), at.of(y)),
                list(x, w),
                y);
    }

    /**
     * One layer of a recurrent network: shapes are those of {@link Operations#recurrent}.
     *
     * @param finalStates whether the final states are wanted. Their gradients are 0 until another
     *     operation reads them, or until they are set
     * @return y (N, T, D·H), and behind it the final states (D, N, H) if they are wanted
     */
    public List<Tensor> recurrent(
            RecurrentSpec spec,
            Tensor x,
            @Nullable Tensor lengths,
            List<Tensor> states,
            List<Tensor> weights,
            boolean finalStates) {
        Shape out = spec.outputShape(x.shape());
        Shape state = spec.stateShape(x.shape().dim(0));
        checkLengths("recurrent", lengths, x.shape().dim(0));
        if (!states.isEmpty()) {
            List<Shape> expected = Collections.nCopies(spec.cell().states(), state);
            checkShapes("recurrent", "initial states", expected, states);
        }
        List<Shape> expected = new ArrayList<>();
        for (int d = 0; d < spec.directions(); d++) {
            expected.addAll(spec.weightShapes(x.shape().dim(2)));
        }
        checkShapes("recurrent", "weights", expected, weights);
        List<Tensor> reads = new ArrayList<>(list(x, lengths));
        reads.addAll(states);
        reads.addAll(weights);
        List<Tensor> writes = new ArrayList<>(List.of(output("recurrent", out, reads)));
        for (int i = 0; finalStates && i < spec.cell().states(); i++) {
            writes.add(keepWithZeroGradient(output("recurrent.state", state, reads)));
        }
        List<Tensor> ends = writes.subList(1, writes.size());
        OpRecipe recipe =
                at ->
                        at.operations()
                                .recurrent(
                                        spec,
                                        at.of(x),
                                        at.orNull(lengths),
                                        at.of(states),
                                        at.of(weights),
                                        at.of(writes.get(0)),
                                        at.of(ends));
        record("recurrent", recipe, reads, writes);
        return writes;
    }

    /**
     * One layer of a recurrent network, for sequences that go on from one run to the next: it
     * begins with the final states of the run before, through which no gradient flows. They are 0
     * in the first run, after {@link Binding#resetStates}, and always with surrogates, so that the
     * function that is computed is one of x alone.
     *
     * @return y (N, T, H)
     * @throws IllegalArgumentException for two directions: the second begins where this run ends
     */
    public Tensor statefulRecurrent(
            RecurrentSpec spec, Tensor x, @Nullable Tensor lengths, List<Tensor> weights) {
        if (spec.bidirectional()) {
            throw new IllegalArgumentException(
                    "recurrent: expected one direction with carried states, got two; set"
                            + " bidirectional(false) or stateful(false)");
        }
        if (options().surrogates()) {
            return recurrent(spec, x, lengths, List.of(), weights, /* finalStates= */ false).get(0);
        }
        spec.outputShape(x.shape());
        List<Tensor> carried = new ArrayList<>();
        List<Tensor> states = new ArrayList<>();
        for (int i = 0; i < spec.cell().states(); i++) {
            Tensor before = carried(spec.stateShape(x.shape().dim(0)));
            carried.add(before);
            Tensor state = output("concat", before.shape(), list(before));
            states.add(
                    add(
                            "concat",
                            at -> at.operations().concat(0, at.of(List.of(before)), at.of(state)),
                            List.of(before),
                            state));
        }
        List<Tensor> results =
                recurrent(spec, x, lengths, states, weights, /* finalStates= */ true);
        for (int i = 0; i < carried.size(); i++) {
            share(carried.get(i), results.get(1 + i));
        }
        return results.get(0);
    }

    /** x (N, T, C), lengths (N) or null, y (N, C). */
    public Tensor overTime(TimeReduction reduction, Tensor x, @Nullable Tensor lengths) {
        if (x.shape().rank() != 3) {
            throw new IllegalArgumentException(
                    "overTime: expected input (N, T, C), got " + x.shape());
        }
        checkLengths("overTime", lengths, x.shape().dim(0));
        Tensor y = output("overTime", Shape.of(x.shape().dim(0), x.shape().dim(2)), list(x));
        return add(
                "overTime",
                at -> at.operations().overTime(reduction, at.of(x), at.orNull(lengths), at.of(y)),
                list(x, lengths),
                y);
    }

    /** Tokens (N, T) int32, y (N) int32: the lengths of sequences that have {@code steps} steps. */
    public Tensor lengths(int padding, int steps, Tensor tokens) {
        checkIndices("lengths", tokens);
        if (tokens.shape().rank() != 2 || steps < 1) {
            throw new IllegalArgumentException(
                    String.format(
                            "lengths: expected tokens (N, T) and at least 1 step, got %s and %d",
                            tokens.shape(), steps));
        }
        Tensor y = indices("lengths", Shape.of(tokens.shape().dim(0)));
        return add(
                "lengths",
                at -> at.operations().lengths(padding, steps, at.of(tokens), at.of(y)),
                list(tokens),
                y);
    }

    /**
     * Binds a child in which sequences end where only padding follows.
     *
     * @param tokens (N, T) int32
     */
    public <T> T padded(int padding, Tensor tokens, Supplier<T> child) {
        @Nullable IntFunction<Tensor> outer = lengths;
        Map<Integer, Tensor> known = new HashMap<>();
        lengths = steps -> known.computeIfAbsent(steps, t -> lengths(padding, t, tokens));
        try {
            return child.get();
        } finally {
            lengths = outer;
        }
    }

    /**
     * Lengths (N) int32 of sequences of this many steps, where the layer that is being bound is in
     * {@link #padded}, else null: all steps count.
     */
    public @Nullable Tensor lengths(int steps) {
        return lengths == null ? null : lengths.apply(steps);
    }

    final Tensor add(String kind, OpRecipe recipe, List<Tensor> reads, Tensor y) {
        record(kind, recipe, reads, List.of(y));
        return y;
    }

    static List<Tensor> list(@Nullable Tensor... tensors) {
        List<Tensor> present = new ArrayList<>();
        for (Tensor tensor : tensors) {
            if (tensor != null) {
                present.add(tensor);
            }
        }
        return present;
    }

    private static void checkIndices(String where, Tensor x) {
        if (x.dtype() != DType.INT32) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected indices, got %s of %s; put it first in the network",
                            where, x, x.dtype()));
        }
    }

    private static void checkLengths(String where, @Nullable Tensor lengths, int batch) {
        checkVector(where, "lengths", lengths, batch);
        if (lengths != null) {
            checkIndices(where, lengths);
        }
    }

    private static void checkShapes(
            String where, String what, List<Shape> expected, List<Tensor> got) {
        if (!got.stream().map(Tensor::shape).toList().equals(expected)) {
            throw new IllegalArgumentException(
                    String.format("%s: expected %s %s, got %s", where, what, expected, got));
        }
    }

    static void checkVector(String where, String what, @Nullable Tensor v, int size) {
        if (v != null && !v.shape().equals(Shape.of(size))) {
            throw new IllegalArgumentException(
                    String.format("%s: expected %s (%d), got %s", where, what, size, v.shape()));
        }
    }
}
