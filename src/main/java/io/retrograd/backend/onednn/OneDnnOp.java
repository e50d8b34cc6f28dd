package io.retrograd.backend.onednn;

import io.retrograd.operation.Op;
import io.retrograd.operation.Operation;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An operation as two fixed lists of steps, made once everything around it is known. */
abstract class OneDnnOp implements Op {
    private final Engine engine;
    private final String signature;
    private final List<OneDnnTensor> reads;
    private final List<Tensor> saved = new ArrayList<>();
    private Pass forward;
    private Pass backward;

    /**
     * An operation.
     *
     * @param signature the function and its shapes: operations with the same signature take equally
     *     long
     */
    OneDnnOp(Operation operation, String signature) {
        engine = own(operation.y()).engine();
        this.signature = signature;
        reads = own(operation.reads());
        forward = new Pass(engine);
        backward = new Pass(engine);
    }

    /**
     * Chooses the layouts of what the operation writes, knowing those of what it reads, and lists
     * the steps of both passes. May be called again after {@link #reset}.
     */
    abstract void prepare(Planner planner);

    /** Lists what depends on layouts that are chosen behind it. */
    void finish(Planner planner) {}

    /** Lets what it reads stay in the layouts that it was prepared for. */
    final void settle() {
        reads.forEach(OneDnnTensor::settle);
    }

    /**
     * Takes over {@code y' = max(0, y)} of its output y, if it can.
     *
     * @return whether it does, and so writes y' in place of y
     */
    boolean takeRelu(OneDnnTensor y) {
        return false;
    }

    /**
     * Takes over {@code y' = y + other} of its output y, if it can.
     *
     * @return whether it does, and so writes y' in place of y
     */
    boolean takeAdd(OneDnnTensor other, OneDnnTensor output) {
        return false;
    }

    /** Whether there is a choice of layouts that matters to it. */
    boolean choosesLayouts() {
        return false;
    }

    final Engine engine() {
        return engine;
    }

    final String signature() {
        return signature;
    }

    final Pass forwardPass() {
        return forward;
    }

    final Pass backwardPass() {
        return backward;
    }

    /** Memory of the operation's own from forward to backward. */
    final OneDnnTensor save(String name, Layout layout) {
        OneDnnTensor tensor = OneDnnTensor.of(engine, name, layout);
        save(tensor);
        return tensor;
    }

    /** Keeps a tensor that only the operation knows from forward to backward. */
    final void save(OneDnnTensor tensor) {
        saved.add(tensor);
    }

    final void reset() {
        release();
        saved.clear();
        forward = new Pass(engine);
        backward = new Pass(engine);
    }

    /** Frees what the steps hold; none must run any more. */
    final void release() {
        forward.release();
        backward.release();
    }

    @Override
    public final void forward() {
        forward.run();
    }

    @Override
    public final void backward() {
        backward.run();
    }

    @Override
    public boolean backwardReads(Tensor tensor) {
        return backward.readsValues(tensor);
    }

    @Override
    public final List<Tensor> saved() {
        return saved;
    }

    @Override
    public final List<Tensor> scratch(boolean inBackward) {
        return List.copyOf((inBackward ? backward : forward).scratch());
    }

    /** Sets an element of a gradient that may be absent. */
    static void set(@Nullable OneDnnTensor gradient, int i, double value) {
        if (gradient != null) {
            gradient.set(i, value);
        }
    }

    static OneDnnTensor own(Tensor tensor) {
        if (tensor instanceof OneDnnTensor own) {
            return own;
        }
        throw new IllegalArgumentException(
                tensor + ": expected a tensor of the CPU backend, got one of another");
    }

    static @Nullable OneDnnTensor ownOrNull(@Nullable Tensor tensor) {
        return tensor == null ? null : own(tensor);
    }

    static List<OneDnnTensor> own(List<Tensor> tensors) {
        return tensors.stream().map(OneDnnOp::own).toList();
    }
}
