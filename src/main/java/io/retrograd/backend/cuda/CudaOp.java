package io.retrograd.backend.cuda;

import io.retrograd.operation.Op;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation as two fixed lists of launches and library calls, made once everything around it is
 * known.
 */
abstract class CudaOp implements Op {
    private final CudaDevice device;
    private final List<Tensor> saved = new ArrayList<>();
    private CudaPass forward;
    private CudaPass backward;
    private Descriptors descriptors;

    /** An operation, which has made nothing on the GPU yet. */
    CudaOp(CudaDevice device) {
        this.device = device;
        forward = new CudaPass(device);
        backward = new CudaPass(device);
        descriptors = new Descriptors(device);
    }

    /**
     * Lists the steps of both passes, and makes the descriptors that they need. What backward reads
     * of values it has to declare, by {@link CudaPass#reads}. May be called again after {@link
     * #reset}.
     */
    abstract void prepare(CudaPlanner planner);

    final CudaDevice device() {
        return device;
    }

    final CudaPass forwardPass() {
        return forward;
    }

    final CudaPass backwardPass() {
        return backward;
    }

    /** What cuDNN needs to know; lives until {@link #reset}. */
    final Descriptors descriptors() {
        return descriptors;
    }

    /** Memory of the operation's own from forward to backward. */
    final CudaTensor save(String name, DType dtype, long count) {
        CudaTensor tensor = CudaTensor.own(device, name, dtype, count);
        saved.add(tensor);
        return tensor;
    }

    /** The same for a library, in bytes. */
    final CudaTensor save(String name, long bytes) {
        CudaTensor tensor = CudaTensor.scratch(device, name, bytes);
        saved.add(tensor);
        return tensor;
    }

    /** Forgets all steps, and gives back what they hold. */
    final void reset() {
        descriptors.close();
        saved.clear();
        forward = new CudaPass(device);
        backward = new CudaPass(device);
        descriptors = new Descriptors(device);
    }

    @Override
    public final void forward() {
        run(forward);
    }

    @Override
    public final void backward() {
        run(backward);
    }

    private void run(CudaPass pass) {
        device.enter();
        pass.run();
    }

    @Override
    public final boolean backwardReads(Tensor tensor) {
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

    static CudaTensor own(Tensor tensor) {
        if (tensor instanceof CudaTensor own) {
            return own;
        }
        throw new IllegalArgumentException(
                tensor + ": expected a tensor of the CUDA backend, got one of another");
    }

    static @Nullable CudaTensor ownOrNull(@Nullable Tensor tensor) {
        return tensor == null ? null : own(tensor);
    }

    static List<CudaTensor> own(List<Tensor> tensors) {
        return tensors.stream().map(CudaOp::own).toList();
    }
}
