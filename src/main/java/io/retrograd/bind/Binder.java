package io.retrograd.bind;

import io.retrograd.backend.MemoryException;
import io.retrograd.backend.Node;
import io.retrograd.backend.Parameters;
import io.retrograd.operation.Arrangements;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.Operation;
import io.retrograd.operation.Operations;
import io.retrograd.operation.Outputs;
import io.retrograd.operation.RecurrentSpec;
import io.retrograd.operation.SequenceOperations;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Binds layers to a backend: hands out tensors and records operations.
 *
 * <p>{@link Operations} documents what the operations compute, their records the shapes they take.
 */
public final class Binder {
    private final Parameters parameters;
    private final BindOptions options;
    private final Recording recording;

    private final SharedParameters shared = new SharedParameters();

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

    /** The network's input: kept for the whole step. */
    public Tensor input(Shape shape) {
        return input("input", shape);
    }

    /** One of several inputs of the network. */
    public Tensor input(String name, Shape shape) {
        boolean gradient = options.gradients() && options.inputGradient();
        return keep(recording.tensor(name, shape, parameters.backend().dtype(), gradient));
    }

    /** The target of a loss: set before each step, kept for all of it, without gradient. */
    public Tensor target(Shape shape) {
        return keep(recording.fixed("target", shape));
    }

    /** Values that never change, such as class weights, without gradient. */
    public Tensor constant(String name, Shape shape, double... values) {
        return recording.constant(recording.fixed(name, shape), values.clone());
    }

    /** Class labels or other indices: kept for the whole step, without gradient. */
    public Tensor indices(String name, Shape shape) {
        return recording.indices(name, shape);
    }

    /** A trained parameter of the layer that is being bound. */
    public Tensor parameter(String name, Shape shape, Initializer initializer) {
        return shared.next(
                recording.qualified(name),
                known -> trained(parameters.parameter(known, shape, initializer)),
                this::branches);
    }

    /** The parameter; in its place, where it is frozen, one with its memory and no gradient. */
    private Tensor trained(Tensor parameter) {
        boolean frozen = options.gradients() && options.frozen().has(parameter.name());
        return frozen ? recording.frozen(parameter) : parameter;
    }

    private List<Tensor> branches(Tensor parameter, int uses) {
        return parameter.grad() == null
                ? Collections.nCopies(uses, parameter)
                : record(to -> Arrangements.Fork.of(parameter, uses, to)).branches();
    }

    /**
     * Whether the layer that is being bound takes statistics of the batch and follows them: in
     * training, unless its parameter of this name is frozen and norms are to be so with it.
     */
    public boolean followsBatches(String parameter) {
        boolean fixed =
                options.frozen().norms() && options.frozen().has(recording.qualified(parameter));
        return options.training() && !fixed;
    }

    /**
     * Binds a child whose parameters other children have too: each asks for them under the same
     * path. Their gradients are the sums over all children.
     *
     * @param uses how many children there are, this one included
     */
    public <T> T shared(int uses, Supplier<T> child) {
        return shared.among(uses, child);
    }

    /**
     * Binds a child in which a parameter is another one as well, of the same shape, with one value
     * and one gradient, the sum.
     *
     * @param ties names below the path of the layer that is being bound: of parameters that are
     *     asked for, and of those that they are
     * @param uses how often each of the latter is asked for, by any of its names
     */
    public <T> T tied(Map<String, String> ties, Map<String, Integer> uses, Supplier<T> child) {
        Map<String, String> names = new LinkedHashMap<>();
        ties.forEach(
                (name, other) -> names.put(recording.qualified(name), recording.qualified(other)));
        Map<String, Integer> times = new LinkedHashMap<>();
        uses.forEach((name, count) -> times.put(recording.qualified(name), count));
        return shared.tied(names, times, child);
    }

    /** A running statistic of the layer that is being bound: changed by forward, not trained. */
    public Tensor state(String name, Shape shape, double initial) {
        return parameters.state(recording.qualified(name), shape, initial);
    }

    /** Keeps a tensor's memory, and its gradient's, for the whole step, to be read afterwards. */
    public Tensor keep(Tensor tensor) {
        return recording.keep(tensor);
    }

    /** Keeps a tensor that no operation reads, whose gradient is 0. */
    public Tensor keepUnread(Tensor tensor) {
        return recording.keepUnread(tensor);
    }

    /**
     * The outputs of the child layers that have been bound, by path, as in {@code 3.body.1}, in the
     * order in which they ended. A layer that was bound several times has several.
     */
    public Map<String, List<Tensor>> results() {
        return Collections.unmodifiableMap(recording.results());
    }

    /** The operations recorded so far. */
    public List<Node> nodes() {
        return recording.nodes();
    }

    /** The values that tensors have before the first run which no operation writes. */
    public Map<Tensor, double[]> constants() {
        return Collections.unmodifiableMap(recording.constants());
    }

    /** The states with which a run begins, each with the one of the run before that it is. */
    public Map<Tensor, Tensor> carried() {
        Map<Tensor, Tensor> carried = new LinkedHashMap<>();
        recording.carried().forEach(state -> carried.put(state, recording.sources().get(state)));
        return carried;
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
        shared.check();
        return parameters.backend().lock().during(new MemoryPlanner(recording)::binding);
    }

    /** The result of {@link #commit} for the operations recorded so far, without making it. */
    public Estimate estimate() {
        return parameters.backend().lock().during(new MemoryPlanner(recording)::estimate);
    }

    /**
     * A binding that has not been made.
     *
     * @param memoryUse the memory that it would take
     * @param decisions the backend's choices, one line each
     */
    public record Estimate(Binding.MemoryUse memoryUse, List<String> decisions) {}

    /**
     * Records an operation, to run after all that were recorded before.
     *
     * @param operation makes it with outputs of its own, as in {@code to -> new Products.Linear(x,
     *     w, b, to)}
     * @return the operation, whose outputs other operations may read
     * @throws IllegalArgumentException for shapes that do not fit
     */
    public <T extends Operation> T record(Function<Outputs, T> operation) {
        return recording.record(operation.apply(recording));
    }

    /** Drops elements in training; in inference x itself is returned. */
    public Tensor dropout(double p, Tensor x) {
        Elementwise.Dropout.check(p);
        long stream = ((long) ++streams << 40) + parameters.draws();
        return options.training() ? record(to -> new Elementwise.Dropout(p, stream, x, to)).y() : x;
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
            states.add(record(to -> Arrangements.Concat.of(0, List.of(before), to)).y());
        }
        List<Tensor> results =
                recurrent(spec, x, lengths, states, weights, /* finalStates= */ true);
        for (int i = 0; i < carried.size(); i++) {
            recording.share(carried.get(i), results.get(1 + i));
        }
        return results.get(0);
    }

    /**
     * Binds a child in which sequences end where only padding follows.
     *
     * @param tokens (N, T) int32
     */
    public <T> T padded(int padding, Tensor tokens, Supplier<T> child) {
        @Nullable IntFunction<Tensor> outer = lengths;
        Map<Integer, Tensor> known = new HashMap<>();
        lengths =
                steps ->
                        known.computeIfAbsent(
                                steps,
                                t ->
                                        record(
                                                        to ->
                                                                new SequenceOperations.Lengths(
                                                                        padding, t, tokens, to))
                                                .y());
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
