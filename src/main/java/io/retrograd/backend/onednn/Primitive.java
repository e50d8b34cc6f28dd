package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/**
 * A oneDNN primitive and the tensors that it works on.
 *
 * <p>It is created when it is first needed, from a description that is there at once; it takes
 * addresses when it first runs, and allocates nothing after that.
 */
final class Primitive implements Step {
    /**
     * oneDNN's loops for whatever nothing else computes: seconds, where others take milliseconds.
     */
    static final double REFERENCE_MILLISECONDS = 10_000;

    private final Engine engine;
    private final String name;
    private final Map<Integer, OneDnnTensor> arguments = new LinkedHashMap<>();
    private final List<dnnl_memory> memories = new ArrayList<>();

    private final Description description;
    private @Nullable dnnl_exec_arg_t connected;
    private OneDnnTensor[] connectedTensors = {};
    private Rehearsal.@Nullable Values values;

    /** Takes the description over. */
    Primitive(Engine engine, String name, dnnl_primitive_desc description) {
        this.engine = engine;
        this.name = name;
        this.description = new Description(engine, name, description);
    }

    /** A call of oneDNN that describes a primitive. */
    @FunctionalInterface
    interface Call {
        /** Returns oneDNN's status. */
        int describe(dnnl_primitive_desc description, dnnl_primitive_attr attributes);
    }

    /** The primitive that a call describes. */
    static Primitive of(Engine engine, String name, Call call) {
        return of(engine, name, attributes -> attributes, call);
    }

    /**
     * The primitive that a call describes.
     *
     * @param then adds what the primitive does to its result
     */
    static Primitive of(Engine engine, String name, UnaryOperator<Attributes> then, Call call) {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        try (Attributes attributes = new Attributes(engine)) {
            int status = call.describe(description, then.apply(attributes).handle());
            Dnnl.check(status, name);
        }
        return new Primitive(engine, name, description);
    }

    /** The primitive that a call describes, or null if oneDNN lacks it. */
    static @Nullable Primitive orNull(Engine engine, String name, Call call) {
        return orNull(engine, name, attributes -> attributes, call);
    }

    /**
     * The primitive that a call describes, or null if oneDNN lacks it.
     *
     * @param then adds what the primitive does to its result
     */
    static @Nullable Primitive orNull(
            Engine engine, String name, UnaryOperator<Attributes> then, Call call) {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        try (Attributes attributes = new Attributes(engine)) {
            int status = call.describe(description, then.apply(attributes).handle());
            return Dnnl.unimplemented(status, name)
                    ? null
                    : new Primitive(engine, name, description);
        }
    }

    /**
     * A primitive on x (N, C, …) in its own layout; where oneDNN has but plain loops for that, on
     * row-major (N, C, inner).
     *
     * @param maker makes it, or gives null if oneDNN lacks it
     */
    static Primitive onChannels(OneDnnTensor x, Function<Layout, @Nullable Primitive> maker) {
        Primitive own = maker.apply(x.layout());
        if (own != null && !own.plainLoops()) {
            return own;
        }
        Primitive rows = maker.apply(x.channelRows());
        if (rows != null && (own == null || !rows.plainLoops())) {
            if (own != null) {
                own.release();
            }
            return rows;
        }
        if (own == null) {
            throw new IllegalStateException("oneDNN lacks a primitive for " + x);
        }
        return own;
    }

    /** Says what comes of some numbers, all of it written whatever was there. */
    Primitive checkedBy(Rehearsal.Values numbers) {
        values = numbers;
        return this;
    }

    dnnl_primitive_desc description() {
        return description.handle();
    }

    /**
     * The same by oneDNN's next best implementation; null if there is none. It must not have run.
     */
    @Nullable Primitive other() {
        if (description.next()) {
            return this;
        }
        release();
        return null;
    }

    /** The layout that it takes an argument in; null if it does not take it. */
    @Nullable Layout layoutOrNull(int argument) {
        return description.layoutOrNull(argument);
    }

    /** The layout of an argument that it takes. */
    Layout layout(int argument) {
        Layout layout = layoutOrNull(argument);
        if (layout == null) {
            throw new IllegalStateException(name + ": takes no argument " + argument);
        }
        return layout;
    }

    /** Lets it work on this tensor, whose memory it takes to be in the layout it asks for. */
    Primitive with(int argument, OneDnnTensor tensor) {
        Layout layout = layoutOrNull(argument);
        if (layout != null && layout.bytes() > tensor.bytes()) {
            throw new IllegalStateException(
                    String.format("%s: expected %s, got %s", name, layout, tensor.layout()));
        }
        arguments.put(argument, tensor);
        return this;
    }

    /** The layout of the memory that it needs while it runs, or null. */
    @Nullable Layout scratchpad() {
        return layoutOrNull(DNNL_ARG_SCRATCHPAD);
    }

    Collection<OneDnnTensor> tensors() {
        return arguments.values();
    }

    /** Whether the tensor is one of its arguments. */
    boolean uses(OneDnnTensor tensor) {
        return arguments.containsValue(tensor);
    }

    @Override
    public List<Primitive> inner() {
        return List.of(this);
    }

    /** Makes ahead what the first run would make. */
    void ready() {
        description.primitive();
        connect();
    }

    @Override
    public void run() {
        if (released()) {
            throw new IllegalStateException(name + ": run after close()");
        }
        dnnl_exec_arg_t list = connected;
        if (list == null) {
            list = connect();
        }
        for (OneDnnTensor tensor : connectedTensors) {
            tensor.checkOpen();
        }
        execute(list, connectedTensors.length);
    }

    private void execute(dnnl_exec_arg_t list, int count) {
        engine.useThreads();
        int status = dnnl_primitive_execute(description.primitive(), engine.stream(), count, list);
        Dnnl.check(status, name);
    }

    private dnnl_exec_arg_t connect() {
        if (scratchpad() != null && !arguments.containsKey(DNNL_ARG_SCRATCHPAD)) {
            throw new IllegalStateException(name + ": expected a scratchpad, got none");
        }
        connectedTensors = arguments.values().toArray(OneDnnTensor[]::new);
        dnnl_exec_arg_t list = new dnnl_exec_arg_t(arguments.size());
        int i = 0;
        for (Map.Entry<Integer, OneDnnTensor> entry : arguments.entrySet()) {
            OneDnnTensor tensor = entry.getValue();
            dnnl_memory memory = memory(layoutOf(entry.getKey(), tensor), tensor.pointer());
            memories.add(memory);
            list.position(i++).arg(entry.getKey()).memory(memory);
        }
        list.position(0);
        connected = list;
        return list;
    }

    private Layout layoutOf(int argument, OneDnnTensor tensor) {
        Layout layout = layoutOrNull(argument);
        return layout == null ? tensor.layout() : layout;
    }

    private dnnl_memory memory(Layout layout, Pointer address) {
        dnnl_memory memory = new dnnl_memory();
        Dnnl.check(
                dnnl_memory_create(memory, layout.descriptor(), engine.handle(), address),
                "memory_create");
        return memory;
    }

    /**
     * The shortest of a few runs on memory of its own; plain loops count as slow, unmeasured.
     * Infinite where it is {@link #sound not sound}.
     */
    @Override
    public double milliseconds() {
        if (plainLoops()) {
            return REFERENCE_MILLISECONDS;
        }
        try (Rehearsal rehearsal = rehearsal()) {
            if (!rehearsal.right()) {
                return Double.POSITIVE_INFINITY;
            }
            double time = Timing.shortest(rehearsal::run);
            return rehearsal.keepsWithin() ? time : Double.POSITIVE_INFINITY;
        }
    }

    @Override
    public boolean sound() {
        if (plainLoops()) {
            return true;
        }
        try (Rehearsal rehearsal = rehearsal()) {
            return rehearsal.right() && rehearsal.keepsWithin();
        }
    }

    private Rehearsal rehearsal() {
        description.primitive();
        Map<Integer, Layout> layouts = new LinkedHashMap<>();
        arguments.forEach((argument, tensor) -> layouts.put(argument, layoutOf(argument, tensor)));
        for (int later : List.of(DNNL_ARG_WEIGHTS, DNNL_ARG_SCRATCHPAD)) {
            Layout layout = layoutOrNull(later);
            if (layout != null) {
                layouts.putIfAbsent(later, layout);
            }
        }
        return new Rehearsal(layouts, values, this::memory, this::execute);
    }

    /** Whether it is computed by loops for whatever nothing else computes. */
    boolean plainLoops() {
        return implementation().startsWith("ref");
    }

    /** The implementation that oneDNN chose, as in {@code brgconv:avx2}. */
    String implementation() {
        return description.implementation();
    }

    @Override
    public String describe() {
        StringBuilder text = new StringBuilder(name).append(' ').append(implementation());
        arguments.forEach(
                (argument, tensor) -> {
                    if (argument != DNNL_ARG_SCRATCHPAD) {
                        text.append(", ").append(layoutOf(argument, tensor));
                    }
                });
        return text.toString();
    }

    @Override
    public boolean reorders() {
        return name.equals(Reorder.NAME);
    }

    /** Whether it must not run any more. */
    boolean released() {
        return description.released();
    }

    @Override
    public void release() {
        if (released()) {
            return;
        }
        if (connected != null) {
            connected.close();
        }
        memories.forEach(memory -> dnnl_memory_destroy(memory));
        description.release();
    }
}
