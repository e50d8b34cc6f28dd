package io.retrograd.backend.cuda.standin;

import io.retrograd.backend.cuda.CudaArray;
import io.retrograd.backend.cuda.CudaContext;
import io.retrograd.backend.cuda.CudaKernel;
import io.retrograd.backend.cuda.ElementType;
import io.retrograd.backend.cuda.Grid;
import io.retrograd.backend.cuda.platform.CudaPlatform;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/**
 * Programs with a fault each, that the stand-in has to end, and programs without one. Run by {@link
 * FaultTest} in a JVM of its own: {@code Faults NAME}.
 */
enum Faults {
    OFF_BY_ONE(
            "__global__ void k(float* y, int n) { int i = threadIdx.x; if (i <= n) y[i] = i; }",
            "kernel k: k.cu:1: thread (100, 0, 0) of block (0, 0, 0): out of bounds: writes 4 bytes"
                    + " at 0 bytes past the end of allocation 1 (400 bytes, by cuMemAlloc)"),
    FIXED_ARRAY(
            """
            __global__ void k(float* y, int n) {
                __shared__ float s[32];
                s[threadIdx.x] = 1;
                y[threadIdx.x % n] = s[threadIdx.x];
            }""",
            "kernel k: k.cu:3: thread (32, 0, 0) of block (0, 0, 0): out of bounds"),
    DYNAMIC_SHARED(
            """
            __global__ void k(float* y, int n) {
                extern __shared__ float s[];
                s[threadIdx.x + 1] = 1;
                if (threadIdx.x < n) y[threadIdx.x] = 1;
            }""",
            "k.cu:3: thread (127, 0, 0) of block (0, 0, 0): out of bounds: writes 4 bytes at byte 512"
                    + " of 512 bytes of dynamic shared memory"),
    MISSING_BARRIER(
            """
            __global__ void k(float* y, int n) {
                __shared__ float s[128];
                int t = threadIdx.x;
                s[t] = t;
                __syncthreads();
                s[t] = s[127 - t];
                if (t < n) y[t] = s[t];
            }""",
            "race: reads 4 bytes of s[byte"),
    BLOCKS_RACE(
            "__global__ void k(float* y, int n) { if (threadIdx.x < n) y[threadIdx.x] = 1; }",
            "race: writes 4 bytes at 0 bytes into allocation 1 (400 bytes, by cuMemAlloc), which"
                    + " another block wrote in the same launch"),
    THREADS_RACE(
            """
            __global__ void k(float* y, int n) {
                int t = threadIdx.x;
                if (t < n) y[t] = 1;
                if (t > 0 && t < n && y[t - 1] == 0) y[t] = 2;
            }""",
            "race: reads 4 bytes at 0 bytes into allocation 1 (400 bytes, by cuMemAlloc), which"
                    + " thread (0, 0, 0) wrote since the last barrier"),
    BARRIER_NEVER_REACHED(
            """
            __global__ void k(float* y, int n) {
                __shared__ float s[128];
                int t = threadIdx.x;
                s[t] = t;
                if (t < n) y[t] = s[127 - t];
            }""",
            "k.cu:5: thread (0, 0, 0) of block (0, 0, 0): uninitialised read: reads 4 bytes of"
                    + " s[byte 508], which this block has not written yet (is a barrier missing?)"),
    DIVERGENT_BARRIER(
            """
            __global__ void k(float* y, int n) {
                if (threadIdx.x < 100) {
                    __syncthreads();
                    y[threadIdx.x] = n;
                }
            }""",
            "divergent barrier: this thread waits at __syncthreads (k.cu:3) for others; thread (100,"
                    + " 0, 0) ended without it"),
    TWO_BARRIERS(
            """
            __global__ void k(float* y, int n) {
                if (threadIdx.x < 100) {
                    __syncthreads();
                } else {
                    __syncthreads();
                }
                if (threadIdx.x < n) y[threadIdx.x] = n;
            }""",
            "divergent barrier: this thread waits at __syncthreads (k.cu:5), thread (0, 0, 0) at"
                    + " __syncthreads (k.cu:3)"),
    UNINITIALISED(
            "__global__ void k(float* y, int n) { if (threadIdx.x < n) y[threadIdx.x] += 1; }",
            "kernel k: k.cu:1: thread (0, 0, 0) of block (0, 0, 0): uninitialised read: reads 4 bytes"
                    + " at 0 bytes into allocation 1 (400 bytes, by cuMemAlloc), never written"),
    HOST_POINTER(
            "", "cuMemsetD32: destination: expected device memory; writes 400 bytes at a host"),
    USE_AFTER_FREE(
            "",
            "cuMemcpyDtoH: source: use after free: reads 400 bytes at 0 bytes into freed allocation 1"),
    DOUBLE_FREE("", "cuMemFree: double free of allocation 1 (400 bytes, by cuMemAlloc)"),
    COPY_TOO_LONG(
            "",
            "cuMemcpyDtoH: source: out of bounds: reads 404 bytes at 0 bytes into allocation 1 (400"
                    + " bytes, by cuMemAlloc), which ends 4 bytes before"),
    COPY_OF_NOTHING(
            "",
            "cuMemcpyDtoH: source: reads uninitialised memory: 0 bytes into allocation 1 (400 bytes,"
                    + " by cuMemAlloc) was never written"),
    LEAK("", "cuDevicePrimaryCtxRelease: leaked when the context ended: 400 bytes (by cuMemAlloc)"),
    FREED_TOO_EARLY(
            "__global__ void k(float* y, int n) { if (threadIdx.x < n) y[threadIdx.x] = 1; }",
            "kernel k: k.cu:1: thread (0, 0, 0) of block (0, 0, 0): use after free: writes 4 bytes"),
    MISSING_SYNCHRONISATION(
            "__global__ void k(float* y, int n) { if (threadIdx.x < n) y[threadIdx.x] = 1; }",
            "read before it was there"),
    UPLOAD_NOT_AWAITED(
            "__global__ void k(float* y, int n) { if (threadIdx.x < n) y[threadIdx.x] += 1; }",
            "kernel k: k.cu:1: thread (0, 0, 0) of block (0, 0, 0): uninitialised read"),
    ORDER_MATTERS(
            """
            __global__ void k(float* y, int n) {
                if (threadIdx.x == 0) y[0] = 0;
                __syncthreads();
                float turn = atomicAdd(y, 1.0f);
                if (threadIdx.x > 0 && threadIdx.x < n) y[threadIdx.x] = turn;
            }""",
            "threads run in another order"),
    NOTHING_WRONG(
            "__global__ void k(float* y, int n) { if (threadIdx.x < n) y[threadIdx.x] = 1; }", "");

    private static final int N = 100;
    private static final int THREADS = 128;

    final String source;
    final String message;

    Faults(String source, String message) {
        this.source = source;
        this.message = message;
    }

    /** Whether it shows only where work runs as late as it may. */
    boolean delayed() {
        return switch (this) {
            case FREED_TOO_EARLY, MISSING_SYNCHRONISATION, UPLOAD_NOT_AWAITED, NOTHING_WRONG ->
                    true;
            default -> false;
        };
    }

    /** The seed that orders are drawn from. */
    int seed() {
        return this == ORDER_MATTERS ? 1 : 0;
    }

    /** Whether it shows only where races in global memory are looked for. */
    boolean global() {
        return this == BLOCKS_RACE || this == THREADS_RACE || this == NOTHING_WRONG;
    }

    public static void main(String[] args) {
        try (CudaContext gpu = new CudaContext(CudaPlatform.STANDIN, 0)) {
            valueOf(args[0]).run(gpu);
        }
    }

    private void run(CudaContext gpu) {
        CudaArray y = new CudaArray(ElementType.FLOAT32, N);
        if (source.isEmpty()) {
            runCalls(y.pointer());
            return;
        }
        try (CudaKernel kernel = CudaKernel.compile(source, "k")) {
            if (this == UPLOAD_NOT_AWAITED) {
                JCudaDriver.cuMemcpyHtoD(y.pointer(), Pointer.to(new float[N]), 4 * N);
            }
            Grid grid =
                    Grid.of(this == BLOCKS_RACE ? 2 : 1, THREADS)
                            .shared(this == DYNAMIC_SHARED ? 4 * THREADS : 0);
            kernel.launch(gpu, grid, y.first(N), N);
            switch (this) {
                case FREED_TOO_EARLY -> y.close();
                case MISSING_SYNCHRONISATION -> readAtOnce(y, gpu.stream());
                case ORDER_MATTERS -> expectOrder(y.floats(gpu));
                default -> {}
            }
            gpu.synchronize();
        }
        y.close();
    }

    /** Copies into pinned memory, and looks without waiting. */
    private static void readAtOnce(CudaArray y, CUstream stream) {
        Pointer pinned = new Pointer();
        JCudaDriver.cuMemAllocHost(pinned, 4 * N);
        JCudaDriver.cuMemcpyDtoHAsync(pinned, y.pointer(), 4 * N, stream);
        float first = pinned.getByteBuffer(0, 4 * N).order(ByteOrder.nativeOrder()).getFloat(0);
        JCudaDriver.cuStreamSynchronize(stream);
        JCudaDriver.cuMemFreeHost(pinned);
        if (first != 1) {
            System.err.println("read before it was there: " + first);
            System.exit(134);
        }
    }

    /** Believes that threads come in the order of their numbers. */
    private static void expectOrder(float[] turns) {
        for (int i = 1; i < turns.length; i++) {
            if (turns[i] != i) {
                System.err.println("threads run in another order: " + Arrays.toString(turns));
                System.exit(134);
            }
        }
    }

    private void runCalls(CUdeviceptr y) {
        Pointer host = Pointer.to(new float[N + 1]);
        int bytes = 4 * N;
        switch (this) {
            case HOST_POINTER -> {
                Pointer memory = Pointer.to(ByteBuffer.allocateDirect(bytes));
                CUdeviceptr wrong = new CUdeviceptr();
                JCudaDriver.cuMemHostRegister(memory, bytes, 0);
                JCudaDriver.cuMemHostGetDevicePointer(wrong, memory, 0);
                JCudaDriver.cuMemHostUnregister(memory);
                JCudaDriver.cuMemsetD32(wrong, 0, N);
            }
            case USE_AFTER_FREE -> {
                JCudaDriver.cuMemsetD32(y, 0, N);
                JCudaDriver.cuMemFree(y);
                JCudaDriver.cuMemcpyDtoH(host, y, bytes);
            }
            case DOUBLE_FREE -> {
                JCudaDriver.cuMemFree(y);
                JCudaDriver.cuMemFree(y);
            }
            case COPY_TOO_LONG -> JCudaDriver.cuMemcpyDtoH(host, y, bytes + 4);
            case COPY_OF_NOTHING -> JCudaDriver.cuMemcpyDtoH(host, y, bytes);
            default -> {}
        }
    }
}
