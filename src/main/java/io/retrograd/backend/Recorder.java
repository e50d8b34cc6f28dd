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
    private final Backend backend;
    private final Parameters parameters;
    private final BindOptions options;
    private final List<Binding.Node> nodes = new ArrayList<>();

    /** Tensors of this binding, each with the one whose memory it shares (itself, mostly). */
    private final IdentityHashMap<Tensor, Tensor> roots = new IdentityHashMap<>();

    private final List<Tensor> order = new ArrayList<>();
    private final Set<Tensor> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Tensor> read = Collections.newSetFromMap(new IdentityHashMap<>());
    private final IdentityHashMap<Tensor, double[]> constants = new IdentityHashMap<>();
    private final IdentityHashMap<Tensor, MemoryPlan.Block> blocks = new IdentityHashMap<>();
    private String path = "";
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
        path = qualify(name);
        try {
            return child.get();
        } catch (LayerException e) {
            throw e.under(name);
        } catch (IllegalArgumentException e) {
            throw new LayerException(name, e);
        } finally {
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
        return keep(own(name("target"), shape, backend.dtype(), /* grad= */ null));
    }

    /** Values that never change, as class weights, without gradient. */
    public Tensor constant(String name, Shape shape, double... values) {
        Tensor tensor = keep(own(name(name), shape, backend.dtype(), /* grad= */ null));
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
        kept.add(roots.getOrDefault(tensor, tensor));
        if (tensor.grad() != null) {
            kept.add(tensor.grad());
        }
        return tensor;
    }

    /**
     * Plans and allocates memory; the model can run then.
     *
     * @throws IllegalStateException if called twice, or if the binding needs more memory than
     *     {@link BindOptions#memoryLimit}
     */
    public Binding commit() {
        if (committed) {
            throw new IllegalStateException("Binder: commit() was called before");
        }
        committed = true;
        MemoryPlan plan = plan();
        Binding.MemoryUse use = new Binding.MemoryUse(plan.bytes(), plan.bytesWithoutReuse());
        long needed = Math.addExact(plan.bytes(), parameters.bytes(options.gradients()));
        if (needed > options.memoryLimit()) {
            throw new IllegalStateException(
                    String.format(
                            "Binder: expected at most %,d bytes, got a model that needs %,d; make"
                                    + " the batch or the model smaller",
                            options.memoryLimit(), needed));
        }
        Memory memory = backend.memory();
        Memory.Arena arena = memory.allocate(plan.bytes());
        for (Tensor tensor : order) {
            memory.place(tensor, arena, block(tensor).offset());
        }
        parameters.commit(options.gradients());
        constants.forEach(Tensor::copyFrom);
        return new Binding(List.copyOf(nodes), options.gradients(), use, arena, parameters);
    }

    /** Bytes that {@link #commit} would allocate for what has been recorded so far. */
    public Binding.MemoryUse memoryUse() {
        MemoryPlan plan = plan();
        return new Binding.MemoryUse(plan.bytes(), plan.bytesWithoutReuse());
    }

    /** What has been recorded so far. */
    public List<Binding.Node> nodes() {
        return List.copyOf(nodes);
    }

    final Backend backend() {
        return backend;
    }

    final Operations operations() {
        return backend.operations();
    }

    final Parameters parameters() {
        return parameters;
    }

    /** A stream of random numbers that no other operation of this model draws from. */
    final long nextStream() {
        return (long) ++streams << 40;
    }

    /** An operation's output, with a gradient if there are any. */
    final Tensor output(String kind, Shape shape) {
        Tensor grad =
                options.gradients()
                        ? own(name(kind) + ".grad", shape, backend.dtype(), /* grad= */ null)
                        : null;
        return own(name(kind), shape, backend.dtype(), grad);
    }

    /**
     * A tensor with the memory of {@code source} and, where that has one, a gradient of its own.
     */
    final Tensor branch(Tensor source, int number) {
        String name = source.name() + "#" + number;
        Tensor grad =
                source.grad() != null
                        ? own(name + ".grad", source.shape(), source.dtype(), /* grad= */ null)
                        : null;
        Tensor branch = own(name, source.shape(), source.dtype(), grad);
        roots.put(branch, roots.getOrDefault(source, source));
        return branch;
    }

    /** Records an operation, to run after all that were recorded before. */
    final void record(String kind, Op op, List<Tensor> reads, List<Tensor> writes) {
        for (Tensor tensor : reads) {
            if (tensor.grad() != null && !read.add(tensor)) {
                throw new IllegalStateException(
                        String.format(
                                "%s: %s reads %s, which another operation reads too; fork it first",
                                path, kind, tensor));
            }
        }
        op.saved().forEach(this::adopt);
        nodes.add(new Binding.Node(path, kind, op, List.copyOf(reads), List.copyOf(writes)));
    }

    private MemoryPlan plan() {
        blocks.clear();
        MemoryPlan plan = new MemoryPlan();
        for (Tensor tensor : order) {
            if (roots.get(tensor) == tensor) {
                blocks.put(tensor, plan.add(backend.memory().footprint(tensor)));
            }
        }
        int end = 2 * nodes.size() - 1;
        for (int i = 0; i < nodes.size(); i++) {
            touch(nodes.get(i), i, end - i);
        }
        for (Tensor tensor : options.keepAll() ? order : kept) {
            touch(tensor, 0);
            touch(tensor, Math.max(end, 0));
        }
        plan.place();
        return plan;
    }

    private void touch(Binding.Node node, int forward, int backward) {
        List<Tensor> saved = node.op().saved();
        for (Collection<Tensor> tensors : List.of(node.reads(), node.writes(), saved)) {
            tensors.forEach(tensor -> touch(tensor, forward));
        }
        if (!options.gradients()) {
            return;
        }
        saved.forEach(tensor -> touch(tensor, backward));
        for (Collection<Tensor> tensors : List.of(node.reads(), node.writes())) {
            for (Tensor tensor : tensors) {
                if (node.op().backwardReads(tensor)) {
                    touch(tensor, backward);
                }
                if (tensor.grad() != null) {
                    touch(tensor.requireGrad(), backward);
                }
            }
        }
    }

    /** Parameters and their gradients have memory of their own and are passed over. */
    private void touch(Tensor tensor, int time) {
        if (roots.containsKey(tensor)) {
            block(tensor).touch(time);
        }
    }

    private MemoryPlan.Block block(Tensor tensor) {
        MemoryPlan.Block block = blocks.get(roots.get(tensor));
        if (block == null) {
            throw new IllegalStateException(tensor + ": not planned");
        }
        return block;
    }

    private Tensor own(String name, Shape shape, DType dtype, @Nullable Tensor grad) {
        Tensor tensor = backend.memory().tensor(name, shape, dtype, grad);
        adopt(tensor);
        return tensor;
    }

    private void adopt(Tensor tensor) {
        roots.put(tensor, tensor);
        order.add(tensor);
    }

    private String qualify(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private String name(String what) {
        return path.isEmpty() ? what : path + ":" + what;
    }
}
