package io.retrograd.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.cuda.CudaArray;
import io.retrograd.backend.cuda.CudaContext;
import jcuda.CudaException;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams, events, captures and graphs of the stand-in, as CUDA documents them. */
class StreamsTest {
    private static final int GLOBAL = CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_GLOBAL;
    private static final int N = 16;

    private CudaContext gpu;
    private CUstream stream;
    private CUstream other;
    private CUevent event;
    private CudaArray y;

    @BeforeEach
    void open() {
        gpu = Gpu.open();
        stream = gpu.stream();
        other = new CUstream();
        JCudaDriver.cuStreamCreate(other, CUstream_flags.CU_STREAM_NON_BLOCKING);
        event = new CUevent();
        JCudaDriver.cuEventCreate(event, 0);
        y = CudaArray.of(new float[N]);
    }

    @AfterEach
    void close() {
        if (gpu != null) {
            y.close();
            JCudaDriver.cuEventDestroy(event);
            JCudaDriver.cuStreamDestroy(other);
            gpu.close();
        }
    }

    private void fill(CUstream where, int from, int count, float value) {
        CUdeviceptr p = y.pointer().withByteOffset(4L * from);
        JCudaDriver.cuMemsetD32Async(p, Float.floatToRawIntBits(value), count, where);
    }

    /** A capture of two streams: the second fills the upper half. */
    private CUgraph fork() {
        CUgraph graph = new CUgraph();
        JCudaDriver.cuStreamBeginCapture(stream, GLOBAL);
        fill(stream, 0, N, 1);
        JCudaDriver.cuEventRecord(event, stream);
        JCudaDriver.cuStreamWaitEvent(other, event, 0);
        fill(other, N / 2, N / 2, 2);
        fill(stream, 0, N / 2, 3);
        JCudaDriver.cuEventRecord(event, other);
        JCudaDriver.cuStreamWaitEvent(stream, event, 0);
        fill(stream, 0, 1, 4);
        JCudaDriver.cuStreamEndCapture(stream, graph);
        return graph;
    }

    @Test
    void aCaptureRecordsAndRunsNothing() {
        CUgraph graph = fork();
        assertArrayEquals(new float[N], y.floats(gpu));
        long[] count = new long[1];
        JCudaDriver.cuGraphGetNodes(graph, null, count);
        assertEquals(4, count[0]);
        JCudaDriver.cuGraphGetEdges(graph, null, null, count);
        assertEquals(4, count[0]);
        // With an array for the nodes, JCuda 12.6 hands the driver a count that it never set.
        JCudaDriver.cuGraphGetRootNodes(graph, null, count);
        assertEquals(1, count[0]);
        JCudaDriver.cuGraphDestroy(graph);
    }

    @Test
    void aGraphReplays() {
        CUgraph graph = fork();
        CUgraphExec exec = new CUgraphExec();
        JCudaDriver.cuGraphInstantiate(exec, graph, 0);
        JCudaDriver.cuGraphDestroy(graph);
        for (int i = 0; i < 2; i++) {
            fill(stream, 0, N, 9);
            JCudaDriver.cuGraphLaunch(exec, stream);
            float[] found = y.floats(gpu);
            for (int k = 0; k < N; k++) {
                assertEquals(k == 0 ? 4 : k < N / 2 ? 3 : 2, found[k]);
            }
        }
        JCudaDriver.cuGraphExecDestroy(exec);
    }

    private static void expect(String status, Runnable call) {
        CudaException error = assertThrows(CudaException.class, call::run);
        assertTrue(error.getMessage().contains(status), error.getMessage());
    }

    @Test
    void anAllocationEndsACapture() {
        JCudaDriver.cuStreamBeginCapture(stream, GLOBAL);
        fill(stream, 0, N, 1);
        expect(
                "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
                () -> JCudaDriver.cuMemAlloc(new CUdeviceptr(), 4));
        expect("CUDA_ERROR_STREAM_CAPTURE_INVALIDATED", () -> fill(stream, 0, N, 1));
        expect(
                "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
                () -> JCudaDriver.cuStreamEndCapture(stream, new CUgraph()));
        fill(stream, 0, N, 5);
        assertEquals(5, y.floats(gpu)[0]);
    }

    @Test
    void aThreadMayAllocateWhileItCapturesIfItSaysSo() {
        int[] mode = {CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED};
        JCudaDriver.cuStreamBeginCapture(stream, GLOBAL);
        JCudaDriver.cuThreadExchangeStreamCaptureMode(mode);
        assertEquals(GLOBAL, mode[0]);
        CUdeviceptr p = new CUdeviceptr();
        JCudaDriver.cuMemAlloc(p, 4);
        JCudaDriver.cuMemFree(p);
        JCudaDriver.cuThreadExchangeStreamCaptureMode(mode);
        fill(stream, 0, N, 1);
        CUgraph graph = new CUgraph();
        JCudaDriver.cuStreamEndCapture(stream, graph);
        JCudaDriver.cuGraphDestroy(graph);
    }

    @Test
    void aSynchronisationEndsACapture() {
        JCudaDriver.cuStreamBeginCapture(stream, GLOBAL);
        expect(
                "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
                () -> JCudaDriver.cuStreamSynchronize(stream));
        expect(
                "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED",
                () -> JCudaDriver.cuStreamEndCapture(stream, new CUgraph()));
    }

    @Test
    void aStreamThatIsNotJoinedIsAnError() {
        JCudaDriver.cuStreamBeginCapture(stream, GLOBAL);
        JCudaDriver.cuEventRecord(event, stream);
        JCudaDriver.cuStreamWaitEvent(other, event, 0);
        fill(other, 0, N, 1);
        expect(
                "CUDA_ERROR_STREAM_CAPTURE_UNJOINED",
                () -> JCudaDriver.cuStreamEndCapture(stream, new CUgraph()));
    }

    @Test
    void theLegacyStreamRecordsNothing() {
        expect(
                "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED",
                () -> JCudaDriver.cuStreamBeginCapture(new CUstream(), GLOBAL));
    }

    @Test
    void eventsMeasure() {
        CUevent end = new CUevent();
        JCudaDriver.cuEventCreate(end, 0);
        JCudaDriver.cuEventRecord(event, stream);
        fill(stream, 0, N, 1);
        JCudaDriver.cuEventRecord(end, stream);
        JCudaDriver.cuEventSynchronize(end);
        float[] milliseconds = {-1};
        JCudaDriver.cuEventElapsedTime(milliseconds, event, end);
        assertTrue(milliseconds[0] >= 0, "took " + milliseconds[0]);
        JCudaDriver.cuEventDestroy(end);
        expect(
                "CUDA_ERROR_INVALID_HANDLE",
                () -> JCudaDriver.cuEventElapsedTime(milliseconds, event, end));
    }

    @Test
    void hostFunctionsRunInOrder() {
        float[] seen = {-1};
        fill(stream, 0, N, 7);
        JCudaDriver.cuLaunchHostFunc(stream, data -> seen[0] = 1, null);
        JCudaDriver.cuStreamSynchronize(stream);
        assertEquals(1, seen[0]);
    }
}
