package io.retrograd.backend.cuda;

import io.retrograd.backend.Backend;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/**
 * Times work by the GPU's own clock: an event before it in the backend's stream, and one behind.
 *
 * <p>Where the host enqueues slower than the GPU works, the time includes the waits between. Work
 * that {@link Backend#repeated} replays as one graph has none.
 */
public final class CudaStopwatch implements AutoCloseable {
    private final CudaDevice device;
    private final Resources resources;
    private final CUevent start;
    private final CUevent end;
    private final float[] milliseconds = new float[1];

    /**
     * A stopwatch for what is enqueued on a backend, which closes it if it is still open.
     *
     * @throws IllegalArgumentException if it is no backend on CUDA
     */
    public static CudaStopwatch of(Backend backend) {
        if (backend instanceof CudaBackend cuda) {
            return new CudaStopwatch(cuda.device());
        }
        throw new IllegalArgumentException(
                "CudaStopwatch: expected a backend on CUDA, got "
                        + backend.name()
                        + "; take the host's clock");
    }

    CudaStopwatch(CudaDevice device) {
        this.device = device;
        device.lock().enter();
        try {
            resources = new Resources(device.resources());
            device.enter();
            start = event();
            end = event();
        } finally {
            device.lock().exit();
        }
    }

    private CUevent event() {
        CUevent event = new CUevent();
        JCudaDriver.cuEventCreate(event, CUevent_flags.CU_EVENT_DEFAULT);
        return resources.add(event, JCudaDriver::cuEventDestroy);
    }

    /**
     * Waits for work and tells how long it took.
     *
     * @param work enqueues it
     * @return milliseconds from when the GPU could begin the first of it to when the last was done
     * @throws IllegalStateException after {@link #close}
     */
    public double milliseconds(Runnable work) {
        if (resources.closed()) {
            throw new IllegalStateException("CudaStopwatch: used after close()");
        }
        device.lock().enter();
        try {
            device.enter();
            JCudaDriver.cuEventRecord(start, device.stream());
            work.run();
            JCudaDriver.cuEventRecord(end, device.stream());
            JCudaDriver.cuEventSynchronize(end);
            JCudaDriver.cuEventElapsedTime(milliseconds, start, end);
            return milliseconds[0];
        } finally {
            device.lock().exit();
        }
    }

    /** Forgets the events. Closing twice does nothing. */
    @Override
    public void close() {
        device.lock().enterToFree();
        try {
            if (!resources.closed()) {
                device.enter();
                resources.close();
            }
        } finally {
            device.lock().exit();
        }
    }
}
