package io.retrograd.backend.cuda.standin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.backend.cuda.CudaArray;
import io.retrograd.backend.cuda.CudaContext;
import io.retrograd.backend.cuda.CudaKernel;
import io.retrograd.backend.cuda.ElementType;
import io.retrograd.backend.cuda.Grid;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What CUDA C++ means in a kernel: small integers and roundings, against loops in Java. */
class KernelLanguageTest {
    private static final int THREADS = 64;

    private static CudaContext gpu;

    @BeforeAll
    static void open() {
        gpu = Gpu.open();
    }

    @AfterAll
    static void close() {
        if (gpu != null) {
            gpu.close();
        }
    }

    /**
     * A body that writes y[t], t = threadIdx.x + 64 blockIdx.x, and what it should write.
     *
     * @param n how many threads, in blocks of 64
     */
    private record Case(String body, int n, IntToDoubleFunction expected) {}

    private static Case of(String body, IntToDoubleFunction expected) {
        return new Case(body, THREADS, expected);
    }

    /** Runs each case as a kernel of one program. */
    private static void expect(String head, Case... cases) {
        StringBuilder source = new StringBuilder(head).append('\n');
        for (int i = 0; i < cases.length; i++) {
            source.append("__global__ void k").append(i).append("(float* y) {\n");
            source.append("int t = blockIdx.x * blockDim.x + threadIdx.x;\n");
            source.append(cases[i].body).append("\n}\n");
        }
        for (int i = 0; i < cases.length; i++) {
            run(source.toString(), "k" + i, cases[i]);
        }
    }

    private static void run(String source, String name, Case wanted) {
        try (CudaArray y = new CudaArray(ElementType.FLOAT32, wanted.n);
                CudaKernel kernel = CudaKernel.compile(source, name)) {
            Grid grid = Grid.of(wanted.n / THREADS, THREADS).shared(Float.BYTES * THREADS);
            kernel.launch(gpu, grid, y.first(wanted.n));
            float[] found = y.floats(gpu);
            for (int t = 0; t < wanted.n; t++) {
                float expected = (float) wanted.expected.applyAsDouble(t);
                assertEquals(expected, found[t], wanted.body + ", thread " + t);
            }
        }
    }

    /** No race, as all blocks pass the ticket. */
    @Test
    void theLastBlockSeesWhatAllWrote() {
        expect(
                "__device__ unsigned ticket;",
                new Case(
                        """
                        __shared__ bool last;
                        y[t] = t;
                        __threadfence();
                        __syncthreads();
                        if (threadIdx.x == 0) last = atomicAdd(&ticket, 1u) == gridDim.x - 1;
                        __syncthreads();
                        for (int i = threadIdx.x; last && i < gridDim.x * blockDim.x; i += 64)
                            y[i] *= 2;""",
                        3 * THREADS,
                        t -> 2 * t));
    }

    @Test
    void placesAreThoseOfTheLaunch() {
        expect(
                "",
                new Case(
                        "y[t] = gridDim.x * 1000 + blockDim.x + blockIdx.x * 100000 + blockDim.y;",
                        4 * THREADS,
                        t -> 4000 + THREADS + t / THREADS * 100_000 + 1));
    }

    @Test
    void shufflesStayInTheirGroup() {
        expect(
                "",
                of("y[t] = __shfl_down_sync(~0u, t, 3);", t -> t % 32 < 29 ? t + 3 : t),
                of("y[t] = __shfl_up_sync(~0u, t, 3, 8);", t -> t % 8 < 3 ? t : t - 3),
                of("y[t] = __shfl_xor_sync(~0u, t, 5);", t -> t ^ 5),
                of("y[t] = __shfl_sync(~0u, t, 9, 16);", t -> t / 16 * 16 + 9),
                of(
                        "y[t] = t; if (t % 2) y[t] = __shfl_xor_sync(0xAAAAAAAAu, t, 2);",
                        t -> t % 2 == 1 ? t ^ 2 : t));
    }

    @Test
    void votesCountTheirWarpAndBarriersTheBlock() {
        expect(
                "",
                of("y[t] = __popc(__ballot_sync(~0u, t % 3 == 0));", t -> 11),
                of("y[t] = __any_sync(~0u, t == 40);", t -> t < 32 ? 0 : 1),
                of("y[t] = __all_sync(~0u, t < 40);", t -> t < 32 ? 1 : 0),
                of("y[t] = __reduce_add_sync(~0u, (unsigned)t);", t -> t < 32 ? 496 : 1520),
                of("y[t] = __popc(__match_any_sync(~0u, t % 4));", t -> 8),
                of("y[t] = __syncthreads_count(t % 5 == 0);", t -> 13),
                of("y[t] = __syncthreads_or(t == 63) + 2 * __syncthreads_and(t < 63);", t -> 1));
    }

    @Test
    void sharedMemoryIsTheBlocks() {
        String body =
                """
                __shared__ int fixed[64];
                extern __shared__ int dynamic[];
                int own = threadIdx.x;
                fixed[own] = t;
                dynamic[own] = 2 * t;
                __syncthreads();
                y[t] = fixed[63 - own] + dynamic[(own + 1) % 64];""";
        String warp =
                """
                __shared__ int s[64];
                s[t] = t;
                __syncwarp();
                y[t] = s[t ^ 1];""";
        expect(
                "",
                new Case(body, 3 * THREADS, KernelLanguageTest::exchanged),
                of(warp, t -> t ^ 1));
    }

    private static double exchanged(int t) {
        int first = t / THREADS * THREADS;
        int own = t % THREADS;
        return first + 63 - own + 2.0 * (first + (own + 1) % 64);
    }

    @Test
    void atomicsAreWhole() {
        String totals =
                """
                atomicAdd(&total, t);
                atomicMax(&most, (unsigned)t);
                atomicAdd(&sum, 0.5f);
                __syncthreads();
                y[t] = t == 0 ? total + most + sum : 0;""";
        expect(
                """
                __device__ int total, turn = 5;
                __device__ unsigned most;
                __device__ float sum;
                """,
                of(totals, t -> t == 0 ? 2016 + 63 + 32 : 0),
                of("int old = atomicCAS(&turn, 5, 9); y[t] = old == 5 || old == 9;", t -> 1));
    }

    @Test
    void halvesRoundToNearestEven() {
        expect(
                "#include <cuda_fp16.h>",
                of("y[t] = __half2float(__float2half(2048 + t));", t -> even(t) + 2048),
                of("y[t] = __float2half(65504.0f + t);", t -> t < 16 ? 65504 : 1 / 0.0),
                of("y[t] = __float2half(ldexpf(t, -25));", t -> even(t) * 0x1p-25),
                of(
                        "__half a = 2047, b = t; y[t] = a + b;",
                        t -> 2048 + (t == 0 ? -1 : even(t - 1))),
                of(
                        "__half a = 1 + 3 * ldexpf(1, -10); y[t] = __hfma(a, a, __half(-1.0f));",
                        t -> 6 * 0x1p-10 + 0x1p-17));
    }

    /** To a multiple of 2, halfway to one of 4. */
    private static double even(int t) {
        return 2 * Math.rint(t / 2.0);
    }

    @Test
    void brainFloatsRoundToNearestEven() {
        expect(
                "#include <cuda_bf16.h>",
                of("y[t] = __bfloat162float(__float2bfloat16(256 + t));", t -> even(t) + 256),
                of("__nv_bfloat16 a = t; a *= a; y[t] = a;", t -> brain(t * t)));
    }

    private static double brain(int value) {
        int lost = Math.max(0, 24 - Integer.numberOfLeadingZeros(value));
        return Math.rint(value / (double) (1 << lost)) * (1 << lost);
    }

    @Test
    void vectorsAndConstantsAreThere() {
        String body =
                """
                float4 v = make_float4(t, 1, 2, 3);
                float4* all = reinterpret_cast<float4*>(y);
                if (t < 16) all[t] = make_float4(v.x, v.y, table[2], v.w);""";
        expect(
                "__constant__ float table[4] = {1, 2, 3, 4};",
                of(body, t -> t % 4 == 0 ? t / 4 : t % 4 == 1 ? 1 : 3));
    }
}
