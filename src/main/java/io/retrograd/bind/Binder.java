package io.retrograd.bind;

import io.retrograd.backend.MemoryException;
import io.retrograd.backend.Node;
import io.retrograd.backend.Parameters;
import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.Arrangements;
import io.retrograd.operation.BatchNormSpec;
import io.retrograd.operation.ConvolutionSpec;
import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.operation.CustomFunction;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.EmbeddingSpec;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.LocalResponseNormSpec;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Normalizations;
import io.retrograd.operation.Operation;
import io.retrograd.operation.Operations;
import io.retrograd.operation.PointwiseLossSpec;
import io.retrograd.operation.PoolingSpec;
import io.retrograd.operation.Poolings;
import io.retrograd.operation.Products;
import io.retrograd.operation.RecurrentSpec;
import io.retrograd.operation.SequenceOperations;
import io.retrograd.operation.TimeReduction;
import io.retrograd.operation.TransposedConvolutionSpec;
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
public final class Binder {
    private final Parameters parameters;
    private final BindOptions options;
    private final Recording recording;

    private int streams;
    private boolean committed;

    /** Lengths of sequences by their number of steps, within {@link #padded}. */
    private @Nullable IntFunction<Tensor> lengths;

    /**
     * A binder for one binding of a model.
     *
     * @param parameters the model's, shared with its other bindings
     */
    public Binder(Parameters parameters, BindOptions options) {
        this.parameters = parameters;
        this.options = options;
        recording = new Recording(parameters, options);
    }

    public BindOptions options() {
        return options;
    }

    /** The path of the layer that is being bound, as in {@code 3.body.1}. */
    public String path() {
        return recording.path();
    }

    /**
     * Binds a child layer: names that it asks for start with {@code name}.
     *
     * @throws LayerException if the child refuses; the message starts with its path
     */
    public <T> T scope(String name, Supplier<T> child) {
        return recording.scope(name, child);
    }

    /** What the network is given: kept for the whole step. */
    public Tensor input(Shape shape) {
        boolean gradient = options.gradients() && options.inputGradient();
        return keep(recording.tensor("input", shape, parameters.backend().dtype(), gradient));
    }

    /** What a loss compares with: set before each step, kept for all of it, without gradient. */
    public Tensor target(Shape shape) {
        return keep(recording.fixed("target", shape));
    }

    /** Values that never change, as class weights, without gradient. */
    public Tensor constant(String name, Shape shape, double... values) {
        return recording.constant(recording.fixed(name, shape), values.clone());
    }

    /** Class labels or other indices: kept for the whole step, without gradient. */
    public Tensor indices(String name, Shape shape) {
        return recording.indices(name, shape);
    }

    /** A trained parameter of the layer that is being bound. */
    public Tensor parameter(String name, Shape shape, Initializer initializer) {
        return parameters.parameter(recording.qualified(name), shape, initializer);
    }

    /** A running statistic of the layer that is being bound: changed by forward, not trained. */
    public Tensor state(String name, Shape shape, double initial) {
        return parameters.state(recording.qualified(name), shape, initial);
    }

    /** Keeps a tensor's memory, and its gradient's, for the whole step, to be read afterwards. */
    public Tensor keep(Tensor tensor) {
        return recording.keep(tensor);
    }

    /** What has been recorded so far. */
    public List<Node> nodes() {
        return recording.nodes();
    }

    /** Whether a run would begin with states in which the one before ended. */
    public boolean stateful() {
        return !recording.carried().isEmpty();
    }

    /**
     * Plans and allocates memory; the model can run then.
     *
     * @throws IllegalStateException if called twice
     * @throws MemoryException if the binding needs more memory than {@link BindOptions#memoryLimit}
     *     or than the device has
     */
    public Binding commit() {
        if (committed) {
            throw new IllegalStateException("Binder: commit() was called before");
        }
        committed = true;
        return parameters.backend().lock().during(new MemoryPlanner(recording)::binding);
    }

    /** What {@link #commit} would run and allocate for what has been recorded so far. */
    public Estimate estimate() {
        return parameters.backend().lock().during(new MemoryPlanner(recording)::estimate);
    }

    /**
     * A binding that has not been made.
     *
     * @param memoryUse what it would take
     * @param decisions what the backend would choose, one line each
     */
    public record Estimate(Binding.MemoryUse memoryUse, List<String> decisions) {}

    public Tensor convolution(ConvolutionSpec spec, Tensor x, Tensor w, @Nullable Tensor b) {
        return recording.record(Products.Convolution.of(spec, x, w, b, recording)).y();
    }

    public Tensor transposedConvolution(
            TransposedConvolutionSpec spec, Tensor x, Tensor w, @Nullable Tensor b) {
        return recording.record(Products.TransposedConvolution.of(spec, x, w, b, recording)).y();
    }

    /** x (…, I), w (O, I), b (O), y (…, O). */
    public Tensor linear(Tensor x, Tensor w, @Nullable Tensor b) {
        return recording.record(new Products.Linear(x, w, b, recording)).y();
    }

    public Tensor maxPooling(PoolingSpec spec, Tensor x) {
        return recording.record(new Poolings.MaxPooling(spec, x, recording)).y();
    }

    /** Without dilation, which no library's average pooling has. */
    public Tensor averagePooling(PoolingSpec spec, boolean countIncludePad, Tensor x) {
        return recording
                .record(new Poolings.AveragePooling(spec, countIncludePad, x, recording))
                .y();
    }

    /**
     * x (N, C, spatial...), y (N, C, output...)
     *
     * @param name the layer that users know the operation by
     */
    public Tensor adaptiveAveragePooling(String name, Shape output, Tensor x) {
        return recording
                .record(new Poolings.AdaptiveAveragePooling(name, output, x, recording))
                .y();
    }

    /** x (N, C, …); w, b and the running statistics (C). Batch statistics in training. */
    public Tensor batchNorm(
            BatchNormSpec spec, Tensor x, Tensor w, Tensor b, Tensor mean, Tensor var) {
        return recording
                .record(
                        new Normalizations.BatchNorm(
                                spec, options.training(), x, w, b, mean, var, recording))
                .y();
    }

    /** x (…, normalized...); w and b (normalized...). */
    public Tensor layerNorm(double eps, Tensor x, Tensor w, Tensor b) {
        return recording.record(new Normalizations.LayerNorm(eps, x, w, b, recording)).y();
    }

    /** x (N, C, …); w and b (C). */
    public Tensor groupNorm(int groups, double eps, Tensor x, Tensor w, Tensor b) {
        return recording.record(new Normalizations.GroupNorm(groups, eps, x, w, b, recording)).y();
    }

    /** x and y (N, C, …). */
    public Tensor localResponseNorm(LocalResponseNormSpec spec, Tensor x) {
        return recording.record(new Normalizations.LocalResponseNorm(spec, x, recording)).y();
    }

    public Tensor activation(ActivationSpec spec, Tensor x) {
        return recording.record(new Elementwise.Activation(spec, x, recording)).y();
    }

    /** x (N, C, …); w (C) or (1). */
    public Tensor prelu(Tensor x, Tensor w) {
        return recording.record(new Elementwise.Prelu(x, w, recording)).y();
    }

    public Tensor softmax(int dim, Tensor x) {
        return recording
                .record(new Normalizations.Softmax(/* logarithm= */ false, dim, x, recording))
                .y();
    }

    public Tensor logSoftmax(int dim, Tensor x) {
        return recording
                .record(new Normalizations.Softmax(/* logarithm= */ true, dim, x, recording))
                .y();
    }

    /** Drops elements in training; in inference x itself is returned. */
    public Tensor dropout(double p, Tensor x) {
        Elementwise.Dropout.check(p);
        long stream = ((long) ++streams << 40) + parameters.draws();
        return options.training()
                ? recording.record(new Elementwise.Dropout(p, stream, x, recording)).y()
                : x;
    }

    /**
     * Gives x another shape.
     *
     * @param name the layer that users know the operation by
     */
    public Tensor reshape(String name, Shape shape, Tensor x) {
        return recording.record(new Arrangements.Reshape(name, shape, x, recording)).y();
    }

    /** Swaps two dimensions; negative ones count from the end. */
    public Tensor transpose(int dim0, int dim1, Tensor x) {
        return recording.record(new Arrangements.Transpose(dim0, dim1, x, recording)).y();
    }

    /** Joins tensors whose sizes agree but for {@code dim}; a negative one counts from the end. */
    public Tensor concat(int dim, List<Tensor> xs) {
        return recording.record(Arrangements.Concat.of(dim, xs, recording)).y();
    }

    /** Sums tensors of one shape. */
    public Tensor add(List<Tensor> xs) {
        return recording.record(new Arrangements.Add(xs, recording)).y();
    }

    /** {@code count} tensors with x's values, for as many readers. */
    public List<Tensor> fork(Tensor x, int count) {
        return recording.record(Arrangements.Fork.of(x, count, recording)).branches();
    }

    /** A user's function of x, with its parameters. */
    public Tensor custom(CustomFunction function, Tensor x) {
        List<Tensor> parameters = new ArrayList<>();
        for (CustomFunction.Parameter p : function.parameters(x.shape())) {
            parameters.add(parameter(p.name(), p.shape(), p.initializer()));
        }
        boolean surrogate = options.surrogates() && function.surrogate().isPresent();
        return recording
                .record(new Operation.Custom(function, surrogate, x, parameters, recording))
                .y();
    }

    /** x (N, C), labels (N), class weight (C), result (). */
    public Tensor crossEntropy(
            CrossEntropySpec spec, Tensor x, Tensor labels, @Nullable Tensor classWeight) {
        return recording
                .record(new Losses.CrossEntropy(spec, x, labels, classWeight, recording))
                .y();
    }

    /** x and target of one shape, the target without gradient; result (). */
    public Tensor pointwiseLoss(PointwiseLossSpec spec, Tensor x, Tensor target) {
        return recording.record(new Losses.PointwiseLoss(spec, x, target, recording)).y();
    }

    /**
     * Indices x (…) int32, w (V, D), y (…, D).
     *
     * @param padding an index whose row gets no gradient, or −1. With surrogates y is 0 for it, as
     *     the row is at first, so that its gradient is that
     */
    public Tensor embedding(int padding, Tensor x, Tensor w) {
        EmbeddingSpec spec = new EmbeddingSpec(padding, options.surrogates());
        return recording.record(new SequenceOperations.Embedding(spec, x, w, recording)).y();
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
        return recording
                .record(
                        SequenceOperations.Recurrent.of(
                                spec, x, lengths, states, weights, finalStates, recording))
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
        if (options.surrogates()) {
            return recurrent(spec, x, lengths, List.of(), weights, /* finalStates= */ false).get(0);
        }
        spec.outputShape(x.shape());
        List<Tensor> carried = new ArrayList<>();
        List<Tensor> states = new ArrayList<>();
        for (int i = 0; i < spec.cell().states(); i++) {
            Tensor before = recording.carried(spec.stateShape(x.shape().dim(0)));
            carried.add(before);
            states.add(concat(0, List.of(before)));
        }
        List<Tensor> results =
                recurrent(spec, x, lengths, states, weights, /* finalStates= */ true);
        for (int i = 0; i < carried.size(); i++) {
            recording.share(carried.get(i), results.get(1 + i));
        }
        return results.get(0);
    }

    /** x (N, T, C), lengths (N) or null, y (N, C). */
    public Tensor overTime(TimeReduction reduction, Tensor x, @Nullable Tensor lengths) {
        return recording
                .record(new SequenceOperations.OverTime(reduction, x, lengths, recording))
                .y();
    }

    /** Tokens (N, T) int32, y (N) int32: the lengths of sequences that have {@code steps} steps. */
    public Tensor lengths(int padding, int steps, Tensor tokens) {
        return recording
                .record(new SequenceOperations.Lengths(padding, steps, tokens, recording))
                .y();
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
