package io.retrograd.bind;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Node;
import io.retrograd.backend.Parameters;
import io.retrograd.operation.Arrangements;
import io.retrograd.operation.Normalizations;
import io.retrograd.operation.Op;
import io.retrograd.operation.Operation;
import io.retrograd.operation.Outputs;
import io.retrograd.operation.Products;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The operations that layers recorded, in order, and their tensors. */
final class Recording implements Outputs {
    /** Layers in layers, far less than fit a thread's stack. */
    private static final int DEEPEST = 500;

    private final Backend backend;
    private final Parameters parameters;
    private final BindOptions options;
    private final List<Node> nodes = new ArrayList<>();

    /** Tensors that share the memory of another. */
    private final IdentityHashMap<Tensor, Tensor> sources = new IdentityHashMap<>();

    private final List<Tensor> order = new ArrayList<>();
    private final Set<Tensor> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Tensor> read = Collections.newSetFromMap(new IdentityHashMap<>());
    private final IdentityHashMap<Tensor, double[]> constants = new IdentityHashMap<>();

    /** What layers gave, by their paths: several tensors where a layer is bound several times. */
    private final Map<String, List<Tensor>> results = new LinkedHashMap<>();

    /** Stand-ins for frozen parameters, by these. */
    private final IdentityHashMap<Tensor, Tensor> frozen = new IdentityHashMap<>();

    /** The frozen parameters, by their stand-ins. */
    private final IdentityHashMap<Tensor, Tensor> trained = new IdentityHashMap<>();

    /** The tensors that a run leaves to the next. */
    private final List<Tensor> carried = new ArrayList<>();

    private String path = "";
    private int depth;

    Recording(Parameters parameters, BindOptions options) {
        this.backend = parameters.backend();
        this.parameters = parameters;
        this.options = options;
    }

    Backend backend() {
        return backend;
    }

    Parameters parameters() {
        return parameters;
    }

    BindOptions options() {
        return options;
    }

    List<Node> nodes() {
        return List.copyOf(nodes);
    }

    /** The same, made once more over the same tensors. */
    List<Node> remade() {
        return nodes.stream()
                .map(
                        node ->
                                new Node(
                                        node.path(),
                                        node.operation(),
                                        node.operation().make(backend.operations(), parameters)))
                .toList();
    }

    /** All tensors but parameters, in the order of the requests. */
    List<Tensor> tensors() {
        return order;
    }

    Set<Tensor> kept() {
        return kept;
    }

    /** Tensors that share the memory of another, with it. */
    Map<Tensor, Tensor> sources() {
        return sources;
    }

    /** Tensors that have values before the first run, with these. */
    Map<Tensor, double[]> constants() {
        return constants;
    }

    List<Tensor> carried() {
        return carried;
    }

    Map<String, List<Tensor>> results() {
        return results;
    }

    String path() {
        return path;
    }

    /**
     * Binds a child layer: names that it asks for start with {@code name}.
     *
     * @throws LayerException if the child refuses; the message starts with its path
     */
    <T> T scope(String name, Supplier<T> child) {
        String outer = path;
        if (depth == DEEPEST) {
            throw new IllegalArgumentException(
                    String.format(
                            "expected layers nested at most %d deep, got more; put them side by side"
                                    + " into one Sequential",
                            DEEPEST));
        }
        depth++;
        path = qualified(name);
        try {
            T result = child.get();
            if (result instanceof Tensor tensor) {
                results.computeIfAbsent(path, it -> new ArrayList<>()).add(tensor);
            }
            return result;
        } catch (LayerException e) {
            throw e.under(name);
        } catch (IllegalArgumentException e) {
            throw new LayerException(name, e);
        } finally {
            depth--;
            path = outer;
        }
    }

    /** A parameter's name in the layer that is being bound, as in {@code 3.body.1.weight}. */
    String qualified(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** A stand-in for a frozen parameter: its memory, and no gradient. */
    Tensor frozen(Tensor parameter) {
        Tensor known = frozen.get(parameter);
        if (known != null) {
            return known;
        }
        Tensor view = own(parameter.name(), parameter.shape(), parameter.dtype(), /* grad= */ null);
        frozen.put(parameter, view);
        trained.put(view, parameter);
        record(new Arrangements.Fork(parameter, List.of(view)));
        return view;
    }

    /**
     * The operation, or where it cannot leave out gradients of frozen parameters the same over the
     * parameters themselves: it then computes gradients that nobody reads.
     */
    private Operation whole(Operation operation) {
        boolean leavesOut =
                operation instanceof Products || operation instanceof Normalizations.BatchNorm;
        return leavesOut || trained.isEmpty() || !differentiable(operation.writes())
                ? operation
                : operation.over(tensor -> trained.getOrDefault(tensor, tensor));
    }

    <T extends Operation> T record(T operation) {
        boolean freezes = trained.containsKey(operation.y());
        for (Tensor tensor : operation.reads()) {
            if (!freezes && tensor.grad() != null && !read.add(tensor)) {
                throw new IllegalStateException(
                        String.format(
                                "%s: %s reads %s, which another operation reads too; fork it first",
                                path, operation.name(), tensor));
            }
        }
        if (operation instanceof Arrangements.Fork fork) {
            fork.branches().forEach(branch -> share(branch, fork.x()));
        }
        Operation made = whole(operation);
        Op op = backend.lock().during(() -> made.make(backend.operations(), parameters));
        nodes.add(new Node(path, made, op));
        return operation;
    }

    /** A tensor that belongs to the layer that is being bound. */
    Tensor tensor(String what, Shape shape, DType dtype, boolean gradient) {
        String name = path.isEmpty() ? what : path + ":" + what;
        return own(name, shape, dtype, gradient);
    }

    /** A tensor without gradient that operations compare with or weigh by, as precise as losses. */
    Tensor fixed(String what, Shape shape) {
        return tensor(what, shape, backend.parameterDType(), /* gradient= */ false);
    }

    Tensor keep(Tensor tensor) {
        kept.add(tensor);
        if (tensor.grad() != null) {
            kept.add(tensor.grad());
        }
        return tensor;
    }

    /** Keeps a tensor whose gradient is 0 until an operation writes it. */
    Tensor keepUnread(Tensor tensor) {
        if (tensor.grad() != null) {
            constants.put(tensor.requireGrad(), zeros(tensor.shape()));
        }
        return keep(tensor);
    }

    /** Keeps a tensor that has these values before the first run. */
    Tensor constant(Tensor tensor, double... values) {
        constants.put(keep(tensor), values);
        return tensor;
    }

    /** A tensor without gradient that one run leaves to the next, 0 in the first. */
    Tensor carried(Shape shape) {
        Tensor tensor = tensor("carried", shape, backend.dtype(), /* gradient= */ false);
        carried.add(tensor);
        return constant(tensor, zeros(shape));
    }

    /** Lets a tensor share the memory of one that always holds the same values. */
    void share(Tensor tensor, Tensor source) {
        sources.put(tensor, source);
    }

    /** A tensor that stands for one of another recording's. */
    Tensor twin(Tensor of) {
        DType dtype = of.dtype() == DType.INT32 ? DType.INT32 : backend.dtype();
        return own(of.name(), of.shape(), dtype, of.grad() != null);
    }

    @Override
    public Tensor output(String operation, Shape shape, List<Tensor> reads) {
        return tensor(operation, shape, backend.dtype(), differentiable(reads));
    }

    @Override
    public Tensor kept(String operation, Shape shape, List<Tensor> reads) {
        return keepUnread(output(operation, shape, reads));
    }

    @Override
    public Tensor loss(String operation, Tensor... reads) {
        DType dtype = backend.parameterDType();
        return keep(tensor(operation, Shape.of(), dtype, differentiable(List.of(reads))));
    }

    @Override
    public Tensor branch(Tensor source, int number) {
        String name = source.name() + "#" + number;
        return own(name, source.shape(), source.dtype(), source.grad() != null);
    }

    @Override
    public Tensor indices(String name, Shape shape) {
        return keep(tensor(name, shape, DType.INT32, /* gradient= */ false));
    }

    private boolean differentiable(List<Tensor> reads) {
        return options.gradients() && reads.stream().anyMatch(t -> t.grad() != null);
    }

    private Tensor own(String name, Shape shape, DType dtype, boolean gradient) {
        Tensor grad = gradient ? own(name + ".grad", shape, dtype, /* grad= */ null) : null;
        return own(name, shape, dtype, grad);
    }

    private Tensor own(String name, Shape shape, DType dtype, @Nullable Tensor grad) {
        Tensor tensor =
                backend.lock().during(() -> backend.memory().tensor(name, shape, dtype, grad));
        order.add(tensor);
        return tensor;
    }

    private static double[] zeros(Shape shape) {
        return new double[Math.toIntExact(shape.size())];
    }
}
