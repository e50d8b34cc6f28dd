package io.retrograd.backend.cuda;

import io.retrograd.tensor.DType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/**
 * The way between arrays on the host and the GPU: page-locked buffers in turn, so that one is
 * filled while others are copied.
 *
 * <p>What goes to the GPU takes its place behind all that was enqueued before. Larger copies cross
 * the bus in a stream of their own, into memory of their buffer's on the GPU, while that still
 * runs; only the move from there to the tensor waits its turn.
 */
final class Staging implements AutoCloseable {
    private static final int BYTES = 4 << 20;

    /** What crosses the bus faster than it is moved on the GPU. */
    private static final int SMALL = 64 << 10;

    /** Input, target and control of two steps: the host can prepare one while the GPU runs one. */
    private static final int COUNT = 6;

    /** What fits into all buffers, so that it crosses the bus without a wait for what runs. */
    static final long ROOM = (long) COUNT * BYTES;

    private final CUstream stream;
    private final CUstream bus = new CUstream();
    private final Buffer[] buffers = new Buffer[COUNT];
    private final HostNumbers numbers = new HostNumbers();
    private int next;

    /** Page-locked memory, as much on the GPU, and when the last copies out of both are done. */
    private static final class Buffer {
        private final Pointer pointer = new Pointer();
        private final CUdeviceptr arrival = new CUdeviceptr();
        private final CUevent copied = new CUevent();
        private final CUevent moved = new CUevent();
        private final ByteBuffer bytes;

        Buffer() {
            JCudaDriver.cuMemAllocHost(pointer, BYTES);
            JCudaDriver.cuMemAlloc(arrival, BYTES);
            JCudaDriver.cuEventCreate(copied, CUevent_flags.CU_EVENT_DISABLE_TIMING);
            JCudaDriver.cuEventCreate(moved, CUevent_flags.CU_EVENT_DISABLE_TIMING);
            bytes = pointer.getByteBuffer(0, BYTES).order(ByteOrder.nativeOrder());
        }

        void close() {
            JCudaDriver.cuEventDestroy(moved);
            JCudaDriver.cuEventDestroy(copied);
            JCudaDriver.cuMemFree(arrival);
            JCudaDriver.cuMemFreeHost(pointer);
        }
    }

    Staging(CUstream stream) {
        this.stream = stream;
        JCudaDriver.cuStreamCreate(bus, CUstream_flags.CU_STREAM_NON_BLOCKING);
        Arrays.setAll(buffers, i -> new Buffer());
    }

    /**
     * Copies numbers to the GPU, behind what was enqueued before.
     *
     * @param values all elements. Not modified.
     */
    void write(CudaTensor to, double[] values) {
        write(to, numbers.of(values));
    }

    /** Copies numbers to the GPU, behind what was enqueued before. */
    void write(CudaTensor to, HostNumbers values) {
        int chunk = BYTES / to.dtype().bytes();
        for (int first = 0; first < values.count(); first += chunk) {
            write(to, first, values, first, Math.min(chunk, values.count() - first));
        }
    }

    /**
     * The same, without an array of all elements.
     *
     * @param values the value of each element, given its index
     */
    void write(CudaTensor to, IntToDoubleFunction values) {
        int size = to.size();
        int chunk = BYTES / to.dtype().bytes();
        double[] some = new double[Math.min(chunk, size)];
        numbers.of(some);
        for (int first = 0; first < size; first += chunk) {
            int count = Math.min(chunk, size - first);
            for (int i = 0; i < count; i++) {
                some[i] = values.applyAsDouble(first + i);
            }
            write(to, first, numbers, 0, count);
        }
    }

    private void write(CudaTensor to, int first, HostNumbers values, int from, int count) {
        Buffer buffer = filled(to.dtype(), values, from, count);
        long bytes = (long) count * to.dtype().bytes();
        if (bytes <= SMALL) {
            JCudaDriver.cuMemcpyHtoDAsync(chunk(to, first), buffer.pointer, bytes, stream);
            JCudaDriver.cuEventRecord(buffer.copied, stream);
            return;
        }
        JCudaDriver.cuStreamWaitEvent(bus, buffer.moved, 0);
        JCudaDriver.cuMemcpyHtoDAsync(buffer.arrival, buffer.pointer, bytes, bus);
        JCudaDriver.cuEventRecord(buffer.copied, bus);
        JCudaDriver.cuStreamWaitEvent(stream, buffer.copied, 0);
        JCudaDriver.cuMemcpyDtoDAsync(chunk(to, first), buffer.arrival, bytes, stream);
        JCudaDriver.cuEventRecord(buffer.moved, stream);
    }

    /** The next buffer, once its last copy is done, with numbers in it. */
    private Buffer filled(DType type, HostNumbers values, int first, int count) {
        Buffer buffer = buffers[next];
        next = (next + 1) % COUNT;
        JCudaDriver.cuEventSynchronize(buffer.copied);
        values.fill(buffer.bytes, type, first, count);
        return buffer;
    }

    /**
     * Copies numbers to memory of their own on the GPU while what was enqueued before still runs;
     * what is enqueued next finds them there.
     *
     * @param to room for all. Modified.
     * @param elementBytes what each takes
     * @param free when that memory may be written
     */
    void send(CudaTensor to, DType type, int elementBytes, HostNumbers values, CUevent free) {
        JCudaDriver.cuStreamWaitEvent(bus, free, 0);
        int chunk = BYTES / elementBytes;
        for (int first = 0; first < values.count(); first += chunk) {
            int count = Math.min(chunk, values.count() - first);
            Buffer buffer = filled(type, values, first, count);
            long bytes = (long) count * elementBytes;
            CUdeviceptr at = to.pointer(first / chunk, BYTES);
            JCudaDriver.cuMemcpyHtoDAsync(at, buffer.pointer, bytes, bus);
            JCudaDriver.cuEventRecord(buffer.copied, bus);
            if (first + count == values.count()) {
                JCudaDriver.cuStreamWaitEvent(stream, buffer.copied, 0);
            }
        }
    }

    private static CUdeviceptr chunk(CudaTensor tensor, int first) {
        return tensor.pointer(first / (BYTES / tensor.dtype().bytes()), BYTES);
    }

    /**
     * Copies numbers from the GPU, after all that was enqueued before.
     *
     * @param values room for all elements. Modified.
     */
    void read(CudaTensor from, double[] values) {
        int size = from.size();
        int chunk = BYTES / from.dtype().bytes();
        Buffer buffer = buffers[next];
        for (int first = 0; first < size; first += chunk) {
            int count = Math.min(chunk, size - first);
            long bytes = (long) count * from.dtype().bytes();
            JCudaDriver.cuMemcpyDtoHAsync(buffer.pointer, chunk(from, first), bytes, stream);
            JCudaDriver.cuStreamSynchronize(stream);
            HostNumbers.empty(buffer.bytes, from.dtype(), values, first, count);
        }
    }

    @Override
    public void close() {
        JCudaDriver.cuStreamSynchronize(bus);
        JCudaDriver.cuStreamDestroy(bus);
        for (Buffer buffer : buffers) {
            buffer.close();
        }
    }
}
