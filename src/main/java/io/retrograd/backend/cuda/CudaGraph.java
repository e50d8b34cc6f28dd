package io.retrograd.backend.cuda;

import io.retrograd.backend.Repeated;
import jcuda.CudaException;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * Work that is enqueued piece by piece twice, then recorded as a CUDA graph, and from then on
 * replayed: one launch for all of it. Work that has to wait for the host is never recorded, nor
 * work that CUDA refuses to record.
 */
final class CudaGraph implements Repeated {
    /** Libraries load and choose what they need in the first runs, which a record cannot hold. */
    private static final int EAGER_RUNS = 2;

    /** With the one that records. */
    static final int RUNS_BEFORE_REPLAY = EAGER_RUNS + 1;

    private final CudaDevice device;
    private final Runnable work;
    private final Resources resources;
    private @Nullable CUgraphExec recorded;
    private boolean unrecordable;
    private int runs;

    CudaGraph(CudaDevice device, Runnable work) {
        this.device = device;
        this.work = work;
        resources = new Resources(device.resources());
    }

    @Override
    public void run() {
        device.lock().enter();
        try {
            device.enter();
            enqueue();
        } finally {
            device.lock().exit();
        }
    }

    private void enqueue() {
        if (recorded != null) {
            JCudaDriver.cuGraphLaunch(recorded, device.stream());
        } else if (unrecordable || runs < EAGER_RUNS) {
            device.clearHostWork();
            work.run();
            runs = device.clearHostWork() ? 0 : runs + 1;
        } else {
            try {
                recorded = record();
            } catch (CudaException e) {
                giveUp(e);
            }
            enqueue();
        }
    }

    /** Some calls of libraries cannot be recorded; the work can still be run. */
    private void giveUp(CudaException failure) {
        device.requireHealth(failure);
        unrecordable = true;
        device.log(
                "a step cannot be recorded as a CUDA graph ("
                        + failure.getMessage()
                        + "): it is enqueued anew each time, which is slower");
    }

    private CUgraphExec record() {
        CUgraph graph = new CUgraph();
        JCudaDriver.cuStreamBeginCapture(
                device.stream(), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
        try {
            work.run();
        } catch (RuntimeException e) {
            abandon(graph, e);
            throw e;
        }
        JCudaDriver.cuStreamEndCapture(device.stream(), graph);
        try {
            CUgraphExec exec = new CUgraphExec();
            JCudaDriver.cuGraphInstantiate(exec, graph, 0);
            return resources.add(exec, JCudaDriver::cuGraphExecDestroy);
        } finally {
            JCudaDriver.cuGraphDestroy(graph);
        }
    }

    /** Ends a recording in which something failed. */
    private void abandon(CUgraph graph, RuntimeException failure) {
        try {
            JCudaDriver.cuStreamEndCapture(device.stream(), graph);
            JCudaDriver.cuGraphDestroy(graph);
        } catch (CudaException e) {
            failure.addSuppressed(e);
        }
    }

    /** Waits for the last run. */
    @Override
    public void close() {
        resources.closeIdle(device);
    }
}
