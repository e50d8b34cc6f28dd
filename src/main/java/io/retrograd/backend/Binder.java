package io.retrograd.backend;

import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Binds layers to a backend: records operations with outputs of their own, which it returns.
 *
 * <p>What the operations compute is documented at {@link Operations}, what shapes they take at
 * their records. All throw {@link IllegalArgumentException} for shapes that do not fit.
 */
public final class Binder extends Recorder {
    /** Lengths of sequences by their number of steps, within {@link #padded}. */
    private @Nullable IntFunction<Tensor> lengths;

    /**
     * A binder for one binding of a model.
     *
     * @param parameters the model's, shared with its other bindings
     */
    public Binder(Parameters parameters, BindOptions options) {
        super(parameters.backend(), parameters, options);
    }

    public Tensor convolution(ConvolutionSpec spec, Tensor x, Tensor w, @Nullable Tensor b) {
        return record(new Products.Convolution(spec, x, w, b, this)).y();
    }

    public Tensor transposedConvolution(
            TransposedConvolutionSpec spec, Tensor x, Tensor w, @Nullable Tensor b) {
        return record(new Products.TransposedConvolution(spec, x, w, b, this)).y();
    }

    /** x (…, I), w (O, I), b (O), y (…, O). */
    public Tensor linear(Tensor x, Tensor w, @Nullable Tensor b) {
        return record(new Products.Linear(x, w, b, this)).y();
    }

    public Tensor maxPooling(PoolingSpec spec, Tensor x) {
        return record(new Poolings.MaxPooling(spec, x, this)).y();
    }

    /** Without dilation, which no library's average pooling has. */
    public Tensor averagePooling(PoolingSpec spec, boolean countIncludePad, Tensor x) {
        return record(new Poolings.AveragePooling(spec, countIncludePad, x, this)).y();
    }

    /** x (N, C, spatial...), y (N, C, output...). */
    public Tensor adaptiveAveragePooling(Shape output, Tensor x) {
        return record(new Poolings.AdaptiveAveragePooling(output, x, this)).y();
    }

    /** x (N, C, …); w, b and the running statistics (C). Batch statistics in training. */
    public Tensor batchNorm(
            BatchNormSpec spec, Tensor x, Tensor w, Tensor b, Tensor mean, Tensor var) {
        return record(new Normalizations.BatchNorm(spec, x, w, b, mean, var, this)).y();
    }

    /** x (…, normalized...); w and b (normalized...). */
    public Tensor layerNorm(double eps, Tensor x, Tensor w, Tensor b) {
        return record(new Normalizations.LayerNorm(eps, x, w, b, this)).y();
    }

    /** x (N, C, …); w and b (C). */
    public Tensor groupNorm(int groups, double eps, Tensor x, Tensor w, Tensor b) {
        return record(new Normalizations.GroupNorm(groups, eps, x, w, b, this)).y();
    }

    /** x and y (N, C, …). */
    public Tensor localResponseNorm(LocalResponseNormSpec spec, Tensor x) {
        return record(new Normalizations.LocalResponseNorm(spec, x, this)).y();
    }

    public Tensor activation(ActivationSpec spec, Tensor x) {
        return record(new Elementwise.Activation(spec, x, this)).y();
    }

    /** x (N, C, …); w (C) or (1). */
    public Tensor prelu(Tensor x, Tensor w) {
        return record(new Elementwise.Prelu(x, w, this)).y();
    }

    public Tensor softmax(int dim, Tensor x) {
        return record(new Normalizations.Softmax(/* logarithm= */ false, dim, x, this)).y();
    }

    public Tensor logSoftmax(int dim, Tensor x) {
        return record(new Normalizations.Softmax(/* logarithm= */ true, dim, x, this)).y();
    }

    /** Drops elements in training; in inference x itself is returned. */
    public Tensor dropout(double p, Tensor x) {
        Elementwise.Dropout.check(p);
        long stream = nextStream() + parameters().draws();
        return options().training() ? record(new Elementwise.Dropout(p, stream, x, this)).y() : x;
    }

    public Tensor reshape(Shape shape, Tensor x) {
        return record(new Arrangements.Reshape(shape, x, this)).y();
    }

    /** Swaps two dimensions; negative ones count from the end. */
    public Tensor transpose(int dim0, int dim1, Tensor x) {
        return record(new Arrangements.Transpose(dim0, dim1, x, this)).y();
    }

    /** Joins tensors whose sizes agree but for {@code dim}; a negative one counts from the end. */
    public Tensor concat(int dim, List<Tensor> xs) {
        return record(Arrangements.Concat.of(dim, xs, this)).y();
    }

    /** Sums tensors of one shape. */
    public Tensor add(List<Tensor> xs) {
        return record(new Arrangements.Add(xs, this)).y();
    }

    /** {@code count} tensors with x's values, for as many readers. */
    public List<Tensor> fork(Tensor x, int count) {
        return record(Arrangements.Fork.of(x, count, this)).branches();
    }

    /** A user's function of x, with its parameters. */
    public Tensor custom(CustomFunction function, Tensor x) {
        List<Tensor> parameters = new ArrayList<>();
        for (CustomFunction.Parameter p : function.parameters(x.shape())) {
            parameters.add(parameter(p.name(), p.shape(), p.initializer()));
        }
        return record(new Operation.Custom(function, x, parameters, this)).y();
    }

    /** x (N, C), labels (N), class weight (C), result (). */
    public Tensor crossEntropy(
            CrossEntropySpec spec, Tensor x, Tensor labels, @Nullable Tensor classWeight) {
        return record(new Losses.CrossEntropy(spec, x, labels, classWeight, this)).y();
    }

    /** x and target of one shape, the target without gradient; result (). */
    public Tensor pointwiseLoss(PointwiseLossSpec spec, Tensor x, Tensor target) {
        return record(new Losses.PointwiseLoss(spec, x, target, this)).y();
    }

    /**
     * Indices x (…) int32, w (V, D), y (…, D).
     *
     * @param padding an index whose row gets no gradient, or −1. With surrogates y is 0 for it, as
     *     the row is at first, so that its gradient is that
     */
    public Tensor embedding(int padding, Tensor x, Tensor w) {
        EmbeddingSpec spec = new EmbeddingSpec(padding, options().surrogates());
        return record(new SequenceOperations.Embedding(spec, x, w, this)).y();
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
        return record(
                        SequenceOperations.Recurrent.of(
                                spec, x, lengths, states, weights, finalStates, this))
                .writes();
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
            states.add(concat(0, List.of(before)));
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
        return record(new SequenceOperations.OverTime(reduction, x, lengths, this)).y();
    }

    /** Tokens (N, T) int32, y (N) int32: the lengths of sequences that have {@code steps} steps. */
    public Tensor lengths(int padding, int steps, Tensor tokens) {
        return record(new SequenceOperations.Lengths(padding, steps, tokens, this)).y();
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
}
