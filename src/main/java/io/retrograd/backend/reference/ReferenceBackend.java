package io.retrograd.backend.reference;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Memory;
import io.retrograd.backend.Updates;
import io.retrograd.operation.Operations;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.DeviceLock;

/** Float64 in plain Java. */
final class ReferenceBackend implements Backend {
    static final String NAME = "reference";

    private final DeviceLock lock = new DeviceLock(NAME);
    private final WorkerPool pool;
    private final ReferenceMemory memory = new ReferenceMemory(lock);
    private final ReferenceOperations operations;
    private final Updates updates = new ReferenceUpdates();

    ReferenceBackend(int threads) {
        pool = new WorkerPool(lock, threads);
        operations = new ReferenceOperations(pool);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public DType dtype() {
        return DType.FLOAT64;
    }

    @Override
    public boolean reference() {
        return true;
    }

    @Override
    public DeviceLock lock() {
        return lock;
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
    public Updates updates() {
        return updates;
    }

    /** Nothing to wait for: operations run when they are called. */
    @Override
    public void synchronize() {}

    @Override
    public void close() {
        lock.close(pool::close);
    }
}
