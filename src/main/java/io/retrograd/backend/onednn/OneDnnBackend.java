package io.retrograd.backend.onednn;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Memory;
import io.retrograd.backend.Operations;
import io.retrograd.tensor.DType;

/** The CPU through oneDNN. */
final class OneDnnBackend implements Backend {
    static final String NAME = "cpu";

    private final Engine engine;
    private final OneDnnMemory memory;
    private final OneDnnOperations operations;

    OneDnnBackend(Precision precision, int threads, boolean deterministic) {
        this(new Engine(precision, threads, deterministic));
    }

    private OneDnnBackend(Engine engine) {
        this(engine, Choices.of(engine));
    }

    /**
     * A backend.
     *
     * @param choices what to take where there are several ways
     */
    OneDnnBackend(Engine engine, Choices choices) {
        this.engine = engine;
        memory = new OneDnnMemory(engine);
        operations = new OneDnnOperations(engine, choices);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public DType dtype() {
        return engine.precision().dtype();
    }

    @Override
    public DType parameterDType() {
        return DType.FLOAT32;
    }

    @Override
    public double epsilon() {
        return engine.precision().epsilon();
    }

    @Override
    public Memory memory() {
        return memory;
    }

    @Override
    public Operations operations() {
        return operations;
    }

    @Override
    public void synchronize() {
        engine.synchronize();
    }

    /** Nothing to free: layouts and the engine are small, and models may outlive the backend. */
    @Override
    public void close() {}
}
