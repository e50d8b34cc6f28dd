package io.retrograd.backend.conformance;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Memory;
import io.retrograd.backend.Preparation;
import io.retrograd.backend.Updates;
import io.retrograd.operation.Operations;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.DeviceLock;

/** Any backend, with a {@link WatchedMemory}. */
final class WatchedBackend implements Backend {
    private final Backend backend;
    private final WatchedMemory memory;

    /** Closing it leaves the backend open. */
    WatchedBackend(Backend backend) {
        this.backend = backend;
        memory = new WatchedMemory(backend.memory());
    }

    @Override
    public String name() {
        return backend.name();
    }

    @Override
    public DType dtype() {
        return backend.dtype();
    }

    @Override
    public DType parameterDType() {
        return backend.parameterDType();
    }

    @Override
    public DeviceLock lock() {
        return backend.lock();
    }

    @Override
    public Memory memory() {
        return memory;
    }

    WatchedMemory watched() {
        return memory;
    }

    @Override
    public Operations operations() {
        return backend.operations();
    }

    @Override
    public Updates updates() {
        return backend.updates();
    }

    @Override
    public boolean measures() {
        return backend.measures();
    }

    @Override
    public Preparation prepare(Preparation.Request request) {
        return backend.prepare(request);
    }

    @Override
    public void synchronize() {
        backend.synchronize();
    }

    @Override
    public void close() {}
}
