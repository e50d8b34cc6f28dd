package io.retrograd.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.cuda.CudaArray;
import io.retrograd.backend.cuda.CudaContext;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import jcuda.CudaException;
import jcuda.Pointer;
import jcuda.driver.CUDA_KERNEL_NODE_PARAMS;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUgraphNode;
import jcuda.driver.CUmemorytype;
import jcuda.driver.CUmodule;
import jcuda.driver.CUpointer_attribute;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies of every kind, pinned memory, and what modules, functions and kernel nodes tell. */
class DriverTest {
    private static final int N = 4;
    private static final int BYTES = Float.BYTES * N;
    private static final int UNASKED = 48 << 10;

    private static final String SOURCE =
            """
            __device__ float factor = 2;
            extern "C" __global__ void scale(float* y, float more) {
                extern __shared__ float s[];
                s[threadIdx.x] = y[threadIdx.x] * factor;
                y[threadIdx.x] = s[threadIdx.x] * more;
            }
            """;

    private CudaContext gpu;
    private CUmodule module;
    private CUfunction scale;
    private CudaArray y;

    @BeforeEach
    void open() {
        gpu = Gpu.open();
        module = new CUmodule();
        scale = new CUfunction();
        JCudaDriver.cuModuleLoadData(module, EndToEndTest.compile(SOURCE));
        JCudaDriver.cuModuleGetFunction(scale, module, "scale");
        y = CudaArray.of(1, 2, 3, 4);
    }

    @AfterEach
    void close() {
        if (gpu != null) {
            y.close();
            JCudaDriver.cuModuleUnload(module);
            gpu.close();
        }
    }

    private static Pointer arguments(CudaArray y, float more) {
        return Pointer.to(Pointer.to(y.pointer()), Pointer.to(new float[] {more}));
    }

    private void launch(int sharedBytes, float more) {
        JCudaDriver.cuLaunchKernel(
                scale, 1, 1, 1, N, 1, 1, sharedBytes, gpu.stream(), arguments(y, more), null);
    }

    private static FloatBuffer view(Pointer pinned) {
        return pinned.getByteBuffer(0, BYTES).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    @Test
    void copiesFollowTheStream() {
        Pointer from = new Pointer();
        Pointer to = new Pointer();
        JCudaDriver.cuMemAllocHost(from, BYTES);
        JCudaDriver.cuMemHostAlloc(to, BYTES, JCudaDriver.CU_MEMHOSTALLOC_DEVICEMAP);
        view(from).put(new float[] {5, 6, 7, 8});
        try (CudaArray middle = CudaArray.of(new float[N])) {
            JCudaDriver.cuMemcpyHtoDAsync(y.pointer(), from, BYTES, gpu.stream());
            JCudaDriver.cuMemcpyDtoDAsync(middle.pointer(), y.pointer(), BYTES, gpu.stream());
            CUdeviceptr anywhere = new CUdeviceptr();
            JCudaDriver.cuMemHostGetDevicePointer(anywhere, to, 0);
            JCudaDriver.cuMemcpyAsync(anywhere, middle.pointer(), BYTES, gpu.stream());
            gpu.synchronize();
        }
        float[] found = new float[N];
        view(to).get(found);
        assertArrayEquals(new float[] {5, 6, 7, 8}, found);
        JCudaDriver.cuMemFreeHost(from);
        JCudaDriver.cuMemFreeHost(to);
    }

    @Test
    void pointersTellWhereTheyPoint() {
        Pointer pinned = new Pointer();
        JCudaDriver.cuMemAllocHost(pinned, BYTES);
        CUdeviceptr mapped = new CUdeviceptr();
        JCudaDriver.cuMemHostGetDevicePointer(mapped, pinned, 0);
        assertEquals(CUmemorytype.CU_MEMORYTYPE_DEVICE, memoryType(y.pointer()));
        assertEquals(CUmemorytype.CU_MEMORYTYPE_HOST, memoryType(mapped));
        JCudaDriver.cuMemFreeHost(pinned);
    }

    private static int memoryType(CUdeviceptr p) {
        int[] type = new int[1];
        JCudaDriver.cuPointerGetAttribute(
                Pointer.to(type), CUpointer_attribute.CU_POINTER_ATTRIBUTE_MEMORY_TYPE, p);
        return type[0];
    }

    @Test
    void aGlobalVariableIsReadAndWritten() {
        CUdeviceptr factor = new CUdeviceptr();
        long[] bytes = new long[1];
        JCudaDriver.cuModuleGetGlobal(factor, bytes, module, "factor");
        assertEquals(Float.BYTES, bytes[0]);
        float[] value = new float[1];
        JCudaDriver.cuMemcpyDtoH(Pointer.to(value), factor, Float.BYTES);
        assertEquals(2f, value[0]);
        value[0] = 10;
        JCudaDriver.cuMemcpyHtoD(factor, Pointer.to(value), Float.BYTES);
        JCudaDriver.cuCtxSynchronize();
        launch(BYTES, 1);
        assertArrayEquals(new float[] {10, 20, 30, 40}, y.floats(gpu));
    }

    @Test
    void moreSharedMemoryHasToBeAskedFor() {
        CudaException refused =
                assertThrows(CudaException.class, () -> launch(UNASKED + Float.BYTES, 1));
        assertTrue(refused.getMessage().contains("CUDA_ERROR_INVALID_VALUE"));
        int most = CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
        int asked = mostShared();
        assertTrue(asked > UNASKED, asked + " bytes");
        JCudaDriver.cuFuncSetAttribute(scale, most, asked);
        int[] value = new int[1];
        JCudaDriver.cuFuncGetAttribute(value, most, scale);
        assertEquals(asked, value[0]);
        launch(asked, 1);
        assertArrayEquals(new float[] {2, 4, 6, 8}, y.floats(gpu));
    }

    private static int mostShared() {
        CUdevice device = new CUdevice();
        JCudaDriver.cuCtxGetDevice(device);
        int[] bytes = new int[1];
        JCudaDriver.cuDeviceGetAttribute(
                bytes,
                CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN,
                device);
        return bytes[0];
    }

    @Test
    void occupancySuggestsABlock() {
        int[] grid = new int[1];
        int[] block = new int[1];
        JCudaDriver.cuOccupancyMaxPotentialBlockSize(grid, block, scale, bytes -> 0, 0, 0);
        assertTrue(block[0] > 0 && block[0] <= 1024 && block[0] % 32 == 0, "block " + block[0]);
        assertTrue(grid[0] > 0);
    }

    /** A node made by hand: JCuda 12.6 cannot tell those of a capture. */
    @Test
    void aKernelNodeTakesOtherArguments() {
        CUgraph graph = new CUgraph();
        CUgraphExec exec = new CUgraphExec();
        CUgraphNode node = new CUgraphNode();
        JCudaDriver.cuGraphCreate(graph, 0);
        JCudaDriver.cuGraphAddKernelNode(node, graph, null, 0, parameters(1));
        JCudaDriver.cuGraphInstantiate(exec, graph, 0);
        JCudaDriver.cuGraphUpload(exec, gpu.stream());
        JCudaDriver.cuGraphExecKernelNodeSetParams(exec, node, parameters(3));
        JCudaDriver.cuGraphLaunch(exec, gpu.stream());
        assertArrayEquals(new float[] {6, 12, 18, 24}, y.floats(gpu));
        JCudaDriver.cuGraphExecDestroy(exec);
        JCudaDriver.cuGraphDestroy(graph);
    }

    private CUDA_KERNEL_NODE_PARAMS parameters(float more) {
        CUDA_KERNEL_NODE_PARAMS params = new CUDA_KERNEL_NODE_PARAMS();
        params.func = scale;
        params.gridDimX = params.gridDimY = params.gridDimZ = 1;
        params.blockDimX = N;
        params.blockDimY = params.blockDimZ = 1;
        params.sharedMemBytes = BYTES;
        params.kernelParams = arguments(y, more);
        return params;
    }

    @Test
    void aStreamTellsThatItRecords() {
        CUgraph graph = new CUgraph();
        int[] capturing = new int[1];
        JCudaDriver.cuStreamBeginCapture(
                gpu.stream(), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL);
        JCudaDriver.cuStreamIsCapturing(gpu.stream(), capturing);
        assertEquals(1, capturing[0]);
        JCudaDriver.cuStreamEndCapture(gpu.stream(), graph);
        JCudaDriver.cuStreamIsCapturing(gpu.stream(), capturing);
        assertEquals(0, capturing[0]);
        JCudaDriver.cuGraphDestroy(graph);
    }
}
