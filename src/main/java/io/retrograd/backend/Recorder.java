package io.retrograd.backend;

import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of a {@link Binder} that hands out tensors, records operations, and plans their memory.
 *
 * <p>Time runs from 0 to 2n − 1 for n operations: forward of operation i at i, its backward at 2n −
 * 1 − i. Each tensor's memory is kept from the first to the last time that touches it.
 */
public abstract class Recorder {
    /** Layers in layers, far less than fit a thread's stack. */
    private static final int DEEPEST = 500;

    private final Backend backend;
    private final Parameters parameters;
    private final BindOptions options;
    private final List<Binding.Node> nodes = new ArrayList<>();

    /** Tensors that share the memory of another. */
    private final IdentityHashMap<Tensor, Tensor> sources = new IdentityHashMap<>();

    private final List<Tensor> order = new ArrayList<>();
    private final Set<Tensor> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Tensor> read = Collections.newSetFromMap(new IdentityHashMap<>());
    private final IdentityHashMap<Tensor, double[]> constants = new IdentityHashMap<>();

    /** What a run leaves to the next. */
    private final List<Tensor> carried = new ArrayList<>();

    private String path = "";
    private int depth;
    private int streams;
    private boolean committed;

    Recorder(Backend backend, Parameters parameters, BindOptions options) {
        this.backend = backend;
        this.parameters = parameters;
        this.options = options;
    }

    public BindOptions options() {
        return options;
    }

    /** The path of the layer that is being bound, as in {@code 3.body.1}. */
    public String path() {
        return path;
    }

    /**
     * Binds a child layer: names that it asks for start with {@code name}.
     *
     * @throws LayerException if the child refuses; the message starts with its path
     */
    public <T> T scope(String name, Supplier<T> child) {
        String outer = path;
        if (depth == DEEPEST) {
            throw new IllegalArgumentException(
                    String.format(
                            "expected layers nested at most %d deep, got more; put them side by side"
                                    + " into one Sequential",
                            DEEPEST));
        }
        depth++;
        path = qualify(name);
        try {
            return child.get();
        } catch (LayerException e) {
            throw e.under(name);
        } catch (IllegalArgumentException e) {
            throw new LayerException(name, e);
        } finally {
            depth--;
            path = outer;
        }
    }

    /** What the network is given: kept for the whole step. */
    public Tensor input(Shape shape) {
        Tensor grad =
                options.gradients() && options.inputGradient()
                        ? own(name("input.grad"), shape, backend.dtype(), /* grad= */ null)
                        : null;
        return keep(own(name("input"), shape, backend.dtype(), grad));
    }

    /** What a loss compares with: set before each step, kept for all of it, without gradient. */
    public Tensor target(Shape shape) {
        return keep(own(name("target"), shape, backend.parameterDType(), /* grad= */ null));
    }

    /** Values that never change, as class weights, without gradient. */
    public Tensor constant(String name, Shape shape, double... values) {
        Tensor tensor = keep(own(name(name), shape, backend.parameterDType(), /* grad= */ null));
        constants.put(tensor, values.clone());
        return tensor;
    }

    /** Class labels or other indices: kept for the whole step, without gradient. */
    public Tensor indices(String name, Shape shape) {
        return keep(own(name(name), shape, DType.INT32, /* grad= */ null));
    }

    /** A trained parameter of the layer that is being bound. */
    public Tensor parameter(String name, Shape shape, Initializer initializer) {
        return parameters.parameter(qualify(name), shape, initializer);
    }

    /** A running statistic of the layer that is being bound: changed by forward, not trained. */
    public Tensor state(String name, Shape shape, double initial) {
        return parameters.state(qualify(name), shape, initial);
    }

    /** Keeps a tensor's memory, and its gradient's, for the whole step, to be read afterwards. */
    public Tensor keep(Tensor tensor) {
        kept.add(tensor);
        if (tensor.grad() != null) {
            kept.add(tensor.grad());
        }
        return tensor;
    }

    /**
     * Keeps a tensor whose gradient is 0 until an operation that reads it, or somebody, sets it.
     */
    final Tensor keepWithZeroGradient(Tensor tensor) {
        keep(tensor);
        if (tensor.grad() != null) {
            constants.put(tensor.requireGrad(), new double[Math.toIntExact(tensor.shape().size())]);
        }
        return tensor;
    }

    /** A tensor without gradient that one run leaves to the next, 0 in the first. */
    final Tensor carried(Shape shape) {
        Tensor tensor = keep(own(name("carried"), shape, backend.dtype(), /* grad= */ null));
        constants.put(tensor, new double[Math.toIntExact(shape.size())]);
        carried.add(tensor);
        return tensor;
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
        return backend.lock().during(this::plan);
    }

    private Binding plan() {
        MemoryBudget budget =
                new MemoryBudget(
                        backend.memory(), parameters, options.gradients(), options.memoryLimit());
        if (backend.operations().measures()) {
            budget.checkAsRecorded(
                    options.gradients()
                            ? budget.outputs(nodes, sources.keySet())
                            : lifetimes(Preparation.asRecorded(nodes)).place().bytes());
        }
        Preparation prepared = prepare();
        Lifetimes lifetimes = lifetimes(prepared);
        MemoryPlan plan = lifetimes.place();
        Binding.MemoryUse use = new Binding.MemoryUse(plan.bytes(), plan.bytesWithoutReuse());
        try {
            budget.check(plan.bytes());
        } catch (MemoryException e) {
            prepared.release().run();
            throw e;
        }
        Memory.Arena arena = backend.memory().allocate(plan.bytes());
        lifetimes.place(arena);
        parameters.commit(options.gradients());
        constants.forEach(Tensor::copyFrom);
        return new Binding(prepared, options.gradients(), use, arena, parameters, carried);
    }

    /** What {@link #commit} would run and allocate for what has been recorded so far. */
    public Estimate estimate() {
        return backend.lock().during(this::estimated);
    }

    private Estimate estimated() {
        Preparation prepared = prepare();
        prepared.release().run();
        MemoryPlan plan = lifetimes(prepared).place();
        return new Estimate(
                new Binding.MemoryUse(plan.bytes(), plan.bytesWithoutReuse()),
                prepared.decisions());
    }

    /**
     * A binding that has not been made.
     *
     * @param memoryUse what it would take
     * @param decisions what the backend would choose, one line each
     */
    public record Estimate(Binding.MemoryUse memoryUse, List<String> decisions) {}

    /** What has been recorded so far. */
    public List<Binding.Node> nodes() {
        return List.copyOf(nodes);
    }

    final Backend backend() {
        return backend;
    }

    final Parameters parameters() {
        return parameters;
    }

    /** A stream of random numbers that no other operation of this model draws from. */
    final long nextStream() {
        return (long) ++streams << 40;
    }

    /**
     * An operation's output, with a gradient if there are any and something that the operation
     * reads has one.
     */
    final Tensor output(String operation, Shape shape, List<Tensor> reads) {
        return output(operation, shape, backend.dtype(), reads);
    }

    /** A loss: one number in the parameters' precision, kept for the whole step. */
    final Tensor result(String operation, List<Tensor> reads) {
        return keep(output(operation, Shape.of(), backend.parameterDType(), reads));
    }

    private Tensor output(String operation, Shape shape, DType dtype, List<Tensor> reads) {
        boolean wanted = options.gradients() && reads.stream().anyMatch(t -> t.grad() != null);
        Tensor grad =
                wanted ? own(name(operation) + ".grad", shape, dtype, /* grad= */ null) : null;
        return own(name(operation), shape, dtype, grad);
    }

    /** Whether a run would begin with states in which the one before ended. */
    public boolean stateful() {
        return !carried.isEmpty();
    }

    /** A tensor as {@code source}, with a gradient of its own where that has one. */
    final Tensor branch(Tensor source, int number) {
        String name = source.name() + "#" + number;
        Tensor grad =
                source.grad() != null
                        ? own(name + ".grad", source.shape(), source.dtype(), /* grad= */ null)
                        : null;
        return own(name, source.shape(), source.dtype(), grad);
    }

    /** Records an operation, to run after all that were recorded before. */
    final <T extends Operation> T record(T operation) {
        for (Tensor tensor : operation.reads()) {
            if (tensor.grad() != null && !read.add(tensor)) {
                throw new IllegalStateException(
                        String.format(
                                "%s: %s reads %s, which another operation reads too; fork it first",
                                path, operation.name(), tensor));
            }
        }
        if (operation instanceof Arrangements.Fork fork) {
            fork.branches().forEach(branch -> share(branch, fork.x()));
        }
        Op op = backend.lock().during(() -> operation.make(backend.operations(), parameters));
        nodes.add(new Binding.Node(path, operation, op));
        return operation;
    }

    /** A tensor that stands for one of another recorder's. */
    final Tensor twin(Tensor of) {
        DType dtype = of.dtype() == DType.INT32 ? DType.INT32 : backend.dtype();
        Tensor grad = of.grad() == null ? null : own(of.name() + ".grad", of.shape(), dtype, null);
        return own(of.name(), of.shape(), dtype, grad);
    }

    /** Lets a tensor share the memory of one that always holds the same values. */
    final void share(Tensor tensor, Tensor source) {
        sources.put(tensor, source);
    }

    private Preparation prepare() {
        return backend.operations().prepare(nodes, options, kept);
    }

    private Lifetimes lifetimes(Preparation prepared) {
        Lifetimes lifetimes = new Lifetimes(backend.memory());
        order.forEach(lifetimes::add);
        int end = 2 * prepared.nodes().size() - 1;
        for (int i = 0; i < prepared.nodes().size(); i++) {
            touch(lifetimes, prepared.nodes().get(i), i, end - i);
        }
        for (Tensor tensor : options.keepAll() ? order : kept) {
            lifetimes.touchAlways(tensor, end);
        }
        if (options.keepAll()) {
            for (Binding.Node node : prepared.nodes()) {
                node.op().saved().forEach(tensor -> lifetimes.touchAlways(tensor, end));
            }
        }
        sources.forEach(lifetimes::alias);
        prepared.aliases().forEach(lifetimes::alias);
        lifetimes.overwrite(prepared.overwrites());
        return lifetimes;
    }

    private void touch(Lifetimes lifetimes, Binding.Node node, int forward, int backward) {
        Op op = node.op();
        for (Tensor tensor : op.saved()) {
            lifetimes.add(tensor);
            lifetimes.touch(tensor, forward);
        }
        for (Tensor tensor : op.scratch(/* backward= */ false)) {
            lifetimes.add(tensor);
            lifetimes.touch(tensor, forward);
        }
        for (Collection<Tensor> tensors : List.of(node.reads(), node.writes())) {
            tensors.forEach(tensor -> lifetimes.touch(tensor, forward));
        }
        if (!options.gradients()) {
            return;
        }
        op.saved().forEach(tensor -> lifetimes.touch(tensor, backward));
        for (Tensor tensor : op.scratch(/* backward= */ true)) {
            lifetimes.add(tensor);
            lifetimes.touch(tensor, backward);
        }
        for (Collection<Tensor> tensors : List.of(node.reads(), node.writes())) {
            for (Tensor tensor : tensors) {
                if (op.backwardReads(tensor)) {
                    lifetimes.touch(tensor, backward);
                }
                if (tensor.grad() != null) {
                    lifetimes.touch(tensor.requireGrad(), backward);
                }
            }
        }
    }

    private Tensor own(String name, Shape shape, DType dtype, @Nullable Tensor grad) {
        Tensor tensor =
                backend.lock().during(() -> backend.memory().tensor(name, shape, dtype, grad));
        order.add(tensor);
        return tensor;
    }

    private String qualify(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private String name(String what) {
        return path.isEmpty() ? what : path + ":" + what;
    }
}
