package io.retrograd.backend;

import io.retrograd.operation.Initializer;
import io.retrograd.operation.RandomState;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The state of a model: its parameters with their gradients, its running statistics, and the
 * optimizer's memory. It outlives the bindings that use it.
 *
 * <p>The first binding defines the names and shapes; committing it allocates one arena for values,
 * one for gradients and one for states, and fills them. Later bindings must ask for the same.
 */
public final class Parameters implements RandomState, AutoCloseable {
    private static final long FIRST_STREAM = 1L << 62;
    private static final int CONTROL = 4;

    private final Backend backend;
    private final long seed;
    private final Map<String, Tensor> parameters = new LinkedHashMap<>();
    private final Map<String, Tensor> states = new LinkedHashMap<>();
    private final Map<String, Supplier<IntToDoubleFunction>> initialValues = new LinkedHashMap<>();
    private final Map<String, Map<String, Tensor>> slots = new LinkedHashMap<>();
    private final List<Memory.Arena> arenas = new ArrayList<>();
    private final Map<Tensor, Place> places = new HashMap<>();
    private final Tensor control;
    private final double[] controlValues = new double[CONTROL];
    private long draws;
    private boolean allocated;
    private long expectedSlots;
    private boolean gradientsAllocated;
    private boolean closed;

    private record Place(Memory.Arena arena, long offset) {}

    /**
     * An empty set.
     *
     * @param backend where they live
     * @param seed the seed of the first values and of dropout
     */
    public Parameters(Backend backend, long seed) {
        this.backend = backend;
        this.seed = seed;
        this.control =
                backend.lock()
                        .during(
                                () ->
                                        backend.memory()
                                                .tensor(
                                                        "control",
                                                        Shape.of(CONTROL),
                                                        DType.FLOAT64,
                                                        /* grad= */ null));
    }

    public Backend backend() {
        return backend;
    }

    @Override
    public long seed() {
        return seed;
    }

    /** Whether they have memory, and values: since the first binding was committed. */
    public boolean allocated() {
        return allocated;
    }

    /** All parameters, in the order in which the model requested them. */
    public Collection<Tensor> tensors() {
        return List.copyOf(parameters.values());
    }

    /** All running statistics, in the order in which the model requested them. */
    public Collection<Tensor> states() {
        return List.copyOf(states.values());
    }

    /** Parameters and running statistics by name: what a checkpoint holds. */
    public Map<String, Tensor> named() {
        Map<String, Tensor> all = new LinkedHashMap<>(parameters);
        all.putAll(states);
        return all;
    }

    /**
     * The parameter or running statistic of this name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Tensor get(String name) {
        Tensor tensor = parameters.containsKey(name) ? parameters.get(name) : states.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "Parameters: expected one of " + named().keySet() + ", got " + name);
        }
        return tensor;
    }

    /**
     * The values that change from step to step, for the device: the learning rate; the number of
     * the batch, which random numbers depend on; the number of the update; the number of the batch
     * among those of its update. All from 1.
     */
    @Override
    public Tensor control() {
        return control;
    }

    /**
     * Sets the learning rate of the next update and the number of the step, from 1, where each
     * batch has an update.
     *
     * @throws IllegalArgumentException for a rate that the parameters' precision has no number for
     */
    public void setControl(double learningRate, long step) {
        setControl(learningRate, /* batch= */ step, /* update= */ step, /* ofUpdate= */ 1);
    }

    /**
     * Sets the learning rate and the numbers of the next batch, of the update that it belongs to,
     * and of the batch among those of the update, from 1.
     *
     * @throws IllegalArgumentException for a rate that the parameters' precision has no number for
     */
    public void setControl(double learningRate, long batch, long update, int ofUpdate) {
        Checks.fits("learning rate", learningRate, backend.parameterDType());
        controlValues[0] = learningRate;
        controlValues[1] = batch;
        controlValues[2] = update;
        controlValues[3] = ofUpdate;
        control.copyFrom(controlValues);
    }

    /**
     * Has what is bound from here on draw its random numbers behind those of {@code steps} steps.
     * The number of the step, which an optimizer counts from 1, distinguishes them from there on.
     */
    public void skipDraws(long steps) {
        draws += steps;
    }

    /** The number of steps whose random numbers new bindings skip. */
    public long draws() {
        return draws;
    }

    /**
     * Memory of an optimizer: one tensor for each of these parameters, zeroed when it is made.
     * Asking again for the same purpose gives the same tensors.
     */
    List<Tensor> slot(String purpose, Collection<Tensor> of) {
        checkOpen();
        return backend.lock()
                .during(
                        () -> {
                            Map<String, Tensor> known =
                                    slots.computeIfAbsent(purpose, it -> new LinkedHashMap<>());
                            addMissing(purpose, of, known);
                            return of.stream().map(w -> known.get(w.name())).toList();
                        });
    }

    private void addMissing(String purpose, Collection<Tensor> of, Map<String, Tensor> known) {
        Map<String, Tensor> made = new LinkedHashMap<>();
        for (Tensor w : of) {
            if (!known.containsKey(w.name())) {
                made.put(w.name(), backend.memory().like(w.name() + "." + purpose, w));
            }
        }
        if (!made.isEmpty()) {
            allocate(made.values());
            known.putAll(made);
        }
    }

    /** The same for all parameters, in the order of {@link #tensors()}. */
    public List<Tensor> slot(String purpose) {
        return slot(purpose, parameters.values());
    }

    /** All memory of optimizers: by its purpose, and then by the name of the parameter. */
    public Map<String, Map<String, Tensor>> slotsByPurpose() {
        return Collections.unmodifiableMap(slots);
    }

    /** All memory of optimizers. */
    public List<Tensor> slots() {
        return slots.values().stream().flatMap(slot -> slot.values().stream()).toList();
    }

    /**
     * A change of them all, or of their gradients.
     *
     * @param rule the change that it makes
     */
    public Update update(UpdateRule rule) {
        return Selection.all(this, rule.weightDecay()).update(rule);
    }

    /** Memory for whatever works on the parameters; freed with them. */
    public Memory.Arena allocate(long bytes) {
        checkOpen();
        Memory.Arena arena = backend.lock().during(() -> backend.memory().allocate(bytes));
        arenas.add(arena);
        return arena;
    }

    /**
     * Has the memory counted that an optimizer will take: so many numbers of each parameter.
     *
     * @param each 0 where nothing more is to come
     */
    public void expectSlots(int each) {
        expectedSlots = each;
    }

    private long slotBytes() {
        return Math.max(footprint(slots()), expectedSlots * footprint(parameters.values()));
    }

    /** Zeroes all optimizer memory. */
    public void clearSlots() {
        slots().forEach(t -> t.setAll(i -> 0));
    }

    /**
     * Bytes of parameters, running statistics and optimizer memory.
     *
     * @param gradients whether to count gradients, which only bindings that have any allocate
     */
    public long bytes(boolean gradients) {
        return footprint(parameters.values())
                + (gradients ? footprint(gradients()) : 0)
                + footprint(states.values())
                + slotBytes();
    }

    /** Bytes that {@link #commit} would still allocate, and an optimizer that is expected. */
    public long missingBytes(boolean gradients) {
        return (allocated ? 0 : footprint(parameters.values()) + footprint(states.values()))
                + (gradients && !gradientsAllocated ? footprint(gradients()) : 0)
                + (slotBytes() - footprint(slots()));
    }

    /** The parameter of this name; the first binding makes it. */
    public Tensor parameter(String name, Shape shape, Initializer initializer) {
        Tensor known = parameters.get(name);
        if (known != null) {
            return sameShape(known, shape);
        }
        define(name);
        Tensor gradient = tensor(name + ".grad", shape, /* grad= */ null);
        Tensor tensor = tensor(name, shape, gradient);
        long stream = FIRST_STREAM + parameters.size();
        initialValues.put(name, () -> initializer.elements(shape, seed, stream));
        parameters.put(name, tensor);
        return tensor;
    }

    /** The running statistic of this name; the first binding makes it. */
    public Tensor state(String name, Shape shape, double initial) {
        Tensor known = states.get(name);
        if (known != null) {
            return sameShape(known, shape);
        }
        define(name);
        Tensor tensor = tensor(name, shape, /* grad= */ null);
        initialValues.put(name, () -> i -> initial);
        states.put(name, tensor);
        return tensor;
    }

    /** Allocates and fills everything the first time, gradients the first time they are wanted. */
    public void commit(boolean gradients) {
        checkOpen();
        if (gradients && !gradientsAllocated) {
            gradientsAllocated = true;
            allocate(gradients());
        }
        if (!allocated) {
            allocated = true;
            allocate(parameters.values());
            allocate(states.values());
            allocate(List.of(control));
        }
        // Values that cannot be had, as of a file that has changed, are asked for again.
        initialValues.forEach((name, values) -> get(name).setAll(values.get()));
        initialValues.clear();
    }

    /**
     * Sets one: now, or before there is memory as the values that it will begin with.
     *
     * @param values by row-major index; kept until there is memory
     * @throws IllegalArgumentException if there is none of this name, or for a finite value beyond
     *     the largest number of its precision
     */
    public void set(String name, IntToDoubleFunction values) {
        Tensor tensor = get(name);
        if (allocated) {
            tensor.setAll(values);
            initialValues.remove(name);
        } else {
            initialValues.put(name, () -> values);
        }
    }

    public void checkOpen() {
        if (closed) {
            throw new IllegalStateException("Parameters: used after close()");
        }
    }

    /** Gives a tensor of the same shape and kind the memory of one of these. */
    public void share(Tensor tensor, Tensor parameter) {
        Place place = places.get(parameter);
        if (place == null) {
            throw new IllegalStateException(parameter + ": expected a parameter with memory");
        }
        backend.memory().place(tensor, place.arena, place.offset);
    }

    /** Frees all memory. Closing twice does nothing. */
    @Override
    public void close() {
        closed = true;
        backend.lock().enterToFree();
        try {
            arenas.forEach(Memory.Arena::close);
            arenas.clear();
        } finally {
            backend.lock().exit();
        }
    }

    private List<Tensor> gradients() {
        return parameters.values().stream().map(Tensor::requireGrad).toList();
    }

    private Tensor tensor(String name, Shape shape, @Nullable Tensor grad) {
        return backend.lock()
                .during(() -> backend.memory().tensor(name, shape, backend.parameterDType(), grad));
    }

    private void define(String name) {
        if (allocated) {
            throw new IllegalArgumentException(
                    "expected a parameter that the model has, got "
                            + name
                            + "; bind the layers that the model was first bound with");
        }
        if (initialValues.containsKey(name)) {
            throw new IllegalArgumentException("two parameters are named " + name);
        }
    }

    private static Tensor sameShape(Tensor known, Shape shape) {
        if (!known.shape().equals(shape)) {
            throw new IllegalArgumentException(
                    String.format(
                            "expected %s of shape %s as when the model was first bound, got %s",
                            known.name(), known.shape(), shape));
        }
        return known;
    }

    private long footprint(Collection<Tensor> tensors) {
        return backend.lock()
                .during(() -> tensors.stream().mapToLong(t -> backend.memory().footprint(t)).sum());
    }

    private void allocate(Collection<Tensor> tensors) {
        Memory memory = backend.memory();
        Memory.Arena arena = allocate(footprint(tensors));
        long offset = 0;
        for (Tensor tensor : tensors) {
            memory.place(tensor, arena, offset);
            places.put(tensor, new Place(arena, offset));
            offset += memory.footprint(tensor);
        }
    }
}
