package io.retrograd.backend.cuda;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Choices;
import io.retrograd.backend.LibraryUse;
import io.retrograd.backend.Memory;
import io.retrograd.backend.OpenOptions;
import io.retrograd.backend.Preparation;
import io.retrograd.backend.Repeated;
import io.retrograd.backend.Updates;
import io.retrograd.backend.cuda.platform.CudaPlatform;
import io.retrograd.operation.Operations;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.DeviceLock;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An NVIDIA GPU. */
final class CudaBackend implements Backend {
    private final String name;
    private final CudaDevice device;
    private final CudaMemory memory;
    private final CudaOperations operations;
    private final CudaUpdates updates;

    CudaBackend(CudaDevice device) {
        this.device = device;
        name = device.platform().device();
        memory = new CudaMemory(device);
        operations = new CudaOperations();
        updates = new CudaUpdates(device);
    }

    /**
     * Opens the platform's first GPU.
     *
     * @param choices of the fastest way where there are several; null for the GPU's own
     * @param log told in a line what is compiled, if anything is
     * @throws IllegalStateException if CUDA cannot be used; the message says what is missing
     */
    CudaBackend(
            CudaPlatform platform,
            CudaPrecision precision,
            boolean deterministic,
            @Nullable Choices choices,
            Consumer<String> log) {
        this(
                new CudaDevice(
                        platform,
                        /* gpu= */ 0,
                        OpenOptions.of(precision.toString()).deterministic(deterministic),
                        choices,
                        log));
    }

    CudaDevice device() {
        return device;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public DType dtype() {
        return device.precision().dtype();
    }

    @Override
    public double epsilon() {
        return device.precision().epsilon();
    }

    @Override
    public DeviceLock lock() {
        return device.lock();
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

    @Override
    public boolean measures() {
        return device.measures();
    }

    @Override
    public Preparation prepare(Preparation.Request request) {
        return new CudaPlanner(device, request.gradients()).prepare(request.nodes());
    }

    /** Recorded as a CUDA graph the third time, and replayed from then on. */
    @Override
    public Repeated repeated(Runnable work) {
        return new CudaGraph(device, work);
    }

    @Override
    public boolean runsBehind() {
        return true;
    }

    @Override
    public Optional<LibraryUse> libraryUse() {
        return device.context().standin() ? Optional.of(StandinUse.now()) : Optional.empty();
    }

    @Override
    public void synchronize() {
        device.lock().enter();
        try {
            device.synchronize();
        } finally {
            device.lock().exit();
        }
    }

    @Override
    public void close() {
        device.close();
    }
}
