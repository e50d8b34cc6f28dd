package io.retrograd.backend.cuda;

import io.retrograd.tensor.DType;
import io.retrograd.tensor.Feed;
import io.retrograd.tensor.Readout;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import jcuda.driver.CUdeviceptr;
import org.jspecify.annotations.Nullable;

/** A tensor in a GPU's memory, row-major. */
final class CudaTensor extends Tensor {
    private final CudaDevice device;
    private final long bytes;
    private final boolean scratch;
    private CudaMemory.@Nullable Block block;
    private long offset;
    private CUdeviceptr pointer = new CUdeviceptr();

    /** Where its second chunk begins, and those behind it, as far as they were asked for. */
    private final List<CUdeviceptr> chunks = new ArrayList<>(0);

    CudaTensor(CudaDevice device, String name, Shape shape, DType dtype, @Nullable Tensor grad) {
        super(device.lock(), name, shape, dtype, grad);
        this.device = device;
        bytes = Math.multiplyExact(shape.size(), (long) dtype.bytes());
        scratch = false;
    }

    private CudaTensor(CudaDevice device, String name, long bytes) {
        super(device.lock(), name, Shape.of(1), DType.INT32, /* grad= */ null);
        this.device = device;
        this.bytes = bytes;
        scratch = true;
    }

    /** What an operation keeps for itself. */
    static CudaTensor own(CudaDevice device, String name, DType dtype, long count) {
        return new CudaTensor(device, name, Shape.vector(name, count), dtype, /* grad= */ null);
    }

    /**
     * Memory for a library to work in, as many bytes as it asks for: more than a tensor's elements
     * may take. Its elements mean nothing.
     */
    static CudaTensor scratch(CudaDevice device, String name, long bytes) {
        return new CudaTensor(device, name, bytes);
    }

    CudaDevice device() {
        return device;
    }

    /** Number of elements. */
    int size() {
        return Math.toIntExact(shape().size());
    }

    /** Whether it is bytes and no elements. */
    boolean scratch() {
        return scratch;
    }

    /** The memory it takes. */
    long bytes() {
        return bytes;
    }

    int dim(int i) {
        return shape().dim(i);
    }

    /** The gradient, or null where nobody wants it. */
    @Nullable CudaTensor gradient() {
        return (CudaTensor) grad();
    }

    /** The gradient of a tensor that must have one. */
    CudaTensor requireGradient() {
        return (CudaTensor) requireGrad();
    }

    void place(CudaMemory.Block arena, long where) {
        block = arena;
        offset = where;
        pointer = arena.pointer().withByteOffset(where);
        chunks.clear();
    }

    /** Where it begins, as JCuda takes it; always the same object. */
    CUdeviceptr pointer() {
        open();
        return pointer;
    }

    /**
     * Where the chunk of this number begins, of chunks of {@code chunkBytes} bytes; always the same
     * object.
     */
    CUdeviceptr pointer(int chunk, int chunkBytes) {
        if (chunk == 0) {
            return pointer();
        }
        CudaMemory.Block arena = open();
        while (chunks.size() < chunk) {
            long start = offset + (chunks.size() + 1L) * chunkBytes;
            chunks.add(arena.pointer().withByteOffset(start));
        }
        return chunks.get(chunk - 1);
    }

    /** Where it begins, as a number. */
    long address() {
        return open().address() + offset;
    }

    /**
     * Checks that it has memory.
     *
     * @throws IllegalStateException before commit and after close
     */
    void checkOpen() {
        open();
    }

    private CudaMemory.Block open() {
        CudaMemory.Block known = block;
        if (known == null || known.closed()) {
            throw new IllegalStateException(
                    name() + ": expected a tensor in memory, got one before commit or after close");
        }
        return known;
    }

    @Override
    public Feed feed() {
        return device.lock().during(() -> new CudaFeed(this));
    }

    @Override
    public Readout readout() {
        return device.lock().during(() -> new CudaReadout(this));
    }

    @Override
    protected void write(double[] values) {
        open();
        device.enter();
        device.staging().write(this, values);
    }

    @Override
    protected void generate(IntToDoubleFunction values) {
        open();
        device.enter();
        device.staging().write(this, values);
    }

    @Override
    protected void read(double[] values) {
        open();
        device.enter();
        device.staging().read(this, values);
    }
}
