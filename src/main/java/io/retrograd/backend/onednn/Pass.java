package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;

import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The steps of an operation's forward or backward, in order, and the memory they need meanwhile.
 */
final class Pass {
    /** Elements below which one thread is faster, some 30 µs of work. */
    private static final int FEW = 1 << 15;

    private final Engine engine;
    private final List<Step> steps = new ArrayList<>();
    private final List<OneDnnTensor> scratch = new ArrayList<>();
    private final List<Conversion> conversions = new ArrayList<>();
    private final Set<Tensor> read = new HashSet<>();
    private final Set<Tensor> written = new HashSet<>();
    private Step[] sequence = {};

    Pass(Engine engine) {
        this.engine = engine;
    }

    private record Conversion(OneDnnTensor from, OneDnnTensor to) {}

    void run() {
        for (Step step : sequence) {
            step.run();
        }
    }

    /** The tensor's values in this layout: itself, or a copy that a step before makes. */
    OneDnnTensor in(OneDnnTensor tensor, Layout layout) {
        read.add(tensor);
        if (same(tensor.layout(), layout)) {
            return tensor;
        }
        if (!Arrays.equals(tensor.layout().dims(), layout.dims())) {
            return in(tensor, plain(tensor));
        }
        for (Conversion known : conversions) {
            if (known.from.equals(tensor) && known.to.layout().equals(layout)) {
                return known.to;
            }
        }
        OneDnnTensor copy = temporary(tensor, layout);
        conversions.add(new Conversion(tensor, copy));
        add(Reorder.of(tensor, copy));
        return copy;
    }

    /** The place where a step writes the tensor in this layout; then {@link #store}. */
    OneDnnTensor out(OneDnnTensor tensor, Layout layout) {
        written.add(tensor);
        if (same(tensor.layout(), layout)) {
            return tensor;
        }
        boolean view = !Arrays.equals(tensor.layout().dims(), layout.dims());
        return temporary(tensor, view ? plain(tensor) : layout);
    }

    /**
     * Whether memory in one layout can be taken to be in the other: row-major ones differ in name.
     */
    private static boolean same(Layout a, Layout b) {
        return a.equals(b) || (a.type() == b.type() && a.plain() && b.plain());
    }

    private Layout plain(OneDnnTensor tensor) {
        return engine.layouts().plain(tensor.type(), tensor.layout().dims());
    }

    /**
     * Where a step is to write the gradient of a tensor in this layout; then {@link #store}. Memory
     * to be forgotten where nobody wants the gradient.
     */
    OneDnnTensor gradientOut(OneDnnTensor tensor, Layout layout) {
        OneDnnTensor gradient = tensor.gradient();
        return gradient == null ? temporary(tensor, layout) : out(gradient, layout);
    }

    /** Brings what was written to the tensor, if that is elsewhere and there is one. */
    void store(OneDnnTensor written, @Nullable OneDnnTensor tensor) {
        if (tensor != null && !written.equals(tensor)) {
            add(Reorder.of(written, tensor));
        }
    }

    /** Memory of a tensor's shape in some layout that lives as long as the pass runs. */
    OneDnnTensor temporary(OneDnnTensor like, Layout layout) {
        OneDnnTensor tensor = like.in(layout);
        scratch.add(tensor);
        return tensor;
    }

    /** Memory that lives as long as the pass runs. */
    OneDnnTensor temporary(String name, Layout layout) {
        OneDnnTensor tensor = OneDnnTensor.of(engine, name, layout);
        scratch.add(tensor);
        return tensor;
    }

    /** Lets the pass use a tensor of the operation's own as temporary memory. */
    void borrow(OneDnnTensor tensor) {
        scratch.add(tensor);
    }

    /** Adds a step, with the memory that its primitives need. */
    void add(Step step) {
        step.inner().forEach(this::supply);
        step.inner().forEach(primitive -> written.addAll(primitive.tensors()));
        steps.add(step);
        sequence = steps.toArray(Step[]::new);
    }

    private void supply(Primitive primitive) {
        Layout layout = primitive.scratchpad();
        if (layout != null) {
            primitive.with(DNNL_ARG_SCRATCHPAD, temporary("scratchpad", layout));
        }
    }

    /**
     * Adds a step in Java.
     *
     * @param reads the tensors whose values it reads
     */
    void add(String name, Runnable body, OneDnnTensor... reads) {
        read.addAll(List.of(reads));
        add(new JavaStep(name, body));
    }

    /**
     * Adds a step in Java that all threads share where it is worth waking them.
     *
     * @param items what it falls into; each is done by one thread
     * @param work the number of elements of all items
     * @param tensors all tensors that it reads and writes
     */
    void share(String name, int items, long work, Team.Part part, OneDnnTensor... tensors) {
        boolean alone = engine.threads() == 1 || items == 1 || work <= FEW;
        Runnable body =
                () -> {
                    for (OneDnnTensor tensor : tensors) {
                        tensor.open();
                    }
                    if (alone) {
                        part.run(0, 0, items);
                    } else {
                        engine.team().run(items, part);
                    }
                };
        add(new JavaStep(name, body));
    }

    /** Adds a step in Java that runs a primitive, perhaps several times. */
    void add(String name, Primitive inner, Runnable body) {
        add(new LoopStep(name, inner, body));
    }

    private record LoopStep(String name, Primitive primitive, Runnable body) implements Step {
        @Override
        public List<Primitive> inner() {
            return List.of(primitive);
        }

        @Override
        public void run() {
            body.run();
        }

        @Override
        public String describe() {
            return name + " java with " + primitive.describe();
        }

        @Override
        public void release() {
            primitive.release();
        }
    }

    /** Says that a primitive reads these tensors' values. */
    void reads(OneDnnTensor... tensors) {
        read.addAll(List.of(tensors));
    }

    /** Says that a step in Java writes these tensors. */
    void writes(OneDnnTensor... tensors) {
        written.addAll(List.of(tensors));
    }

    /** Whether the pass reads this tensor's values. */
    boolean readsValues(Tensor tensor) {
        return read.contains(tensor);
    }

    /** Whether some step was listed that writes this tensor. */
    boolean isWritten(Tensor tensor) {
        return written.contains(tensor);
    }

    List<OneDnnTensor> scratch() {
        return scratch;
    }

    List<Step> steps() {
        return steps;
    }

    void release() {
        steps.forEach(Step::release);
    }
}
