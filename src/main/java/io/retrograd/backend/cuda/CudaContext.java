package io.retrograd.backend.cuda;

import io.retrograd.backend.cuda.platform.CudaPlatform;
import jcuda.CudaException;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/**
 * A GPU, and the one stream that work is put into.
 *
 * <p>Its context is the GPU's primary one, which CUDA's runtime and all who use it share. It is
 * current to the thread that opened it, and to any other that has called {@link #enter}. Memory and
 * kernels are closed before it.
 */
public final class CudaContext implements AutoCloseable {
    private static final int NAME_BYTES = 256;

    /** How the stand-in's name begins; the GPU that it passes for follows. */
    private static final String STANDIN = "CPU stand-in";

    /** Bytes of a GPU's memory. */
    record Memory(long free, long total) {}

    private final String name;
    private final int major;
    private final int minor;
    private final CUdevice device = new CUdevice();
    private final CUcontext context = new CUcontext();
    private final CUstream stream = new CUstream();

    /**
     * Loads CUDA if it is not yet, opens a GPU, and makes it current to this thread.
     *
     * @param ordinal which one, from 0
     * @throws IllegalStateException if CUDA cannot be used; the message says what is missing
     */
    public CudaContext(CudaPlatform platform, int ordinal) {
        platform.require();
        JCudaDriver.setExceptionsEnabled(true);
        JCudaDriver.cuInit(0);
        JCudaDriver.cuDeviceGet(device, ordinal);
        byte[] text = new byte[NAME_BYTES];
        JCudaDriver.cuDeviceGetName(text, text.length, device);
        name = CudaText.of(text);
        major = attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
        minor = attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
        JCudaDriver.cuDevicePrimaryCtxRetain(context, device);
        enter();
        JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING);
    }

    private static int attribute(CUdevice device, int attribute) {
        int[] value = new int[1];
        JCudaDriver.cuDeviceGetAttribute(value, attribute, device);
        return value[0];
    }

    /** As the driver tells it. */
    public String name() {
        return name;
    }

    /** True for the stand-in that computes on the CPU. */
    public boolean standin() {
        return name.startsWith(STANDIN);
    }

    /** The compute capability, as 10 major + minor: 90 for sm_90. */
    public int architecture() {
        return 10 * major + minor;
    }

    /** Bytes of memory that nobody has, and of all. */
    Memory memory() {
        enter();
        long[] free = new long[1];
        long[] total = new long[1];
        JCudaDriver.cuMemGetInfo(free, total);
        return new Memory(free[0], total[0]);
    }

    /** All work goes into it, in order. */
    public CUstream stream() {
        return stream;
    }

    /** Makes it current to this thread. */
    public void enter() {
        JCudaDriver.cuCtxSetCurrent(context);
    }

    /** Waits until all work of the stream is done. */
    public void synchronize() {
        enter();
        JCudaDriver.cuStreamSynchronize(stream);
    }

    /**
     * Waits for the work, and gives everything back. After an illegal access, which every later
     * call answers with, the GPU's context is reset instead: so it can be opened again.
     */
    @Override
    public void close() {
        try {
            synchronize();
            JCudaDriver.cuStreamDestroy(stream);
        } catch (CudaException e) {
            JCudaDriver.cuDevicePrimaryCtxReset(device);
        } finally {
            JCudaDriver.cuDevicePrimaryCtxRelease(device);
        }
    }
}
