package io.retrograd.backend.cuda;

import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/**
 * Elements in the memory of the GPU that is current to this thread.
 *
 * <p>Copies wait for the stream that they name, so values are seen in the order of the work.
 */
public final class CudaArray implements AutoCloseable {
    private static final CUstream DEFAULT_STREAM = new CUstream();

    private final ElementType type;
    private final long count;
    private final CUdeviceptr pointer = new CUdeviceptr();
    private boolean closed;

    /**
     * Allocates elements, whose values are undefined.
     *
     * @throws IllegalArgumentException if {@code count} is less than 1
     */
    public CudaArray(ElementType type, long count) {
        if (count < 1) {
            throw new IllegalArgumentException("CudaArray: count must be at least 1, got " + count);
        }
        this.type = type;
        this.count = count;
        JCudaDriver.cuMemAlloc(pointer, count * type.bytes());
    }

    /** Allocates as many elements as {@code values} has, and copies them. */
    public static CudaArray of(float... values) {
        CudaArray array = new CudaArray(ElementType.FLOAT32, values.length);
        JCudaDriver.cuMemcpyHtoD(array.pointer, Pointer.to(values), array.bytes());
        // The call only stages the values, and a context's stream does not wait for this one.
        JCudaDriver.cuStreamSynchronize(DEFAULT_STREAM);
        return array;
    }

    /** What the elements are. */
    public ElementType type() {
        return type;
    }

    /** How many there are. */
    public long count() {
        return count;
    }

    /**
     * The first elements, as a kernel's argument: it says how many of them the kernel uses.
     *
     * @throws IllegalArgumentException for another count
     */
    public Elements first(long elements) {
        if (elements < 0 || elements > count) {
            throw new IllegalArgumentException(
                    this + ": expected at least " + elements + " elements, got " + count);
        }
        return new Elements(this, elements);
    }

    /** The first elements of an array. */
    public record Elements(CudaArray array, long count) {}

    private long bytes() {
        return count * type.bytes();
    }

    /** Where they are. */
    public CUdeviceptr pointer() {
        if (closed) {
            throw new IllegalStateException(this + " is closed");
        }
        return pointer;
    }

    /** All elements of a FLOAT32 array, after the context's work. */
    public float[] floats(CudaContext context) {
        expect(ElementType.FLOAT32);
        float[] values = new float[Math.toIntExact(count)];
        copy(context, Pointer.to(values));
        return values;
    }

    /** All elements of an INT8 or UINT8 array, after the context's work. */
    public byte[] bytes(CudaContext context) {
        if (type.bytes() != 1) {
            expect(ElementType.UINT8);
        }
        byte[] values = new byte[Math.toIntExact(count)];
        copy(context, Pointer.to(values));
        return values;
    }

    private void copy(CudaContext context, Pointer to) {
        context.synchronize();
        JCudaDriver.cuMemcpyDtoH(to, pointer(), bytes());
    }

    private void expect(ElementType wanted) {
        if (type != wanted) {
            throw new IllegalStateException(this + ": expected an array of " + wanted);
        }
    }

    /** Frees the memory. Work that uses it must be done. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            JCudaDriver.cuMemFree(pointer);
        }
    }

    @Override
    public String toString() {
        return "CudaArray(" + type + ", " + count + ")";
    }
}
