package io.retrograd.backend.cuda.standin;

import io.retrograd.backend.cuda.CudaArray;
import io.retrograd.backend.cuda.CudaContext;
import io.retrograd.backend.cuda.CudaKernel;
import io.retrograd.backend.cuda.Grid;
import io.retrograd.backend.cuda.platform.CudaPlatform;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jcuda.CudaException;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;

/**
 * The GPUs that the stand-in passes for. Run by {@link GpuKindTest} in a JVM of its own, with
 * RETROGRAD_STANDIN_GPU set: {@code GpuKind NAME}.
 */
enum GpuKind {
    H200(90, 132, 2048, 232448, 233472, 62914560),
    A100(80, 108, 2048, 166912, 167936, 41943040),
    T4(75, 40, 1024, 65536, 65536, 4194304),
    B200(100, 148, 2048, 232448, 233472, 132644864);

    /** Said by a process that found nothing wrong. */
    static final String WELL = "all as expected";

    private static final int THREADS = 1024;

    /** That the stand-in's NVRTC knows. */
    private static final int NEWEST = 90;

    private static final String COUNT =
            "__global__ void k(float* y, int n) { y[threadIdx.x] = __CUDA_ARCH__; }";

    private final int architecture;
    private final int sharedPerBlock;

    /** Multiprocessors, their threads, shared memory of a block and of one of them, L2 cache. */
    private final String attributes;

    GpuKind(int architecture, int sm, int threads, int sharedPerBlock, int shared, int l2) {
        this.architecture = architecture;
        this.sharedPerBlock = sharedPerBlock;
        attributes = List.of(sm, threads, sharedPerBlock, shared, l2).toString();
    }

    public static void main(String[] args) {
        try (CudaContext gpu = new CudaContext(CudaPlatform.STANDIN, 0)) {
            valueOf(args[0]).check(gpu);
        }
        System.out.println(WELL);
    }

    private void check(CudaContext gpu) {
        expect("CPU stand-in (" + name() + ")", gpu.name());
        expect(true, gpu.standin());
        expect(architecture, gpu.architecture());
        expect(attributes, told().toString());
        try (CudaArray y = CudaArray.of(new float[THREADS]);
                CudaKernel kernel = CudaKernel.compile(COUNT, "k")) {
            kernel.launch(gpu, Grid.of(1, THREADS), y.first(THREADS), THREADS);
            expect(10f * Math.min(architecture, NEWEST), y.floats(gpu)[THREADS - 1]);
        }
        takesItsOwnCode();
    }

    private static List<Integer> told() {
        CUdevice device = new CUdevice();
        JCudaDriver.cuCtxGetDevice(device);
        return IntStream.of(
                        CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT,
                        CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR,
                        CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN,
                        CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR,
                        CUdevice_attribute.CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE)
                .mapToObj(attribute -> told(attribute, device))
                .toList();
    }

    private static int told(int attribute, CUdevice device) {
        int[] value = new int[1];
        JCudaDriver.cuDeviceGetAttribute(value, attribute, device);
        return value[0];
    }

    /** Loads code for its own architecture, no other; takes as much shared memory as it has. */
    private void takesItsOwnCode() {
        String loaded =
                IntStream.of(72, 75, 80, 86, 90)
                        .filter(GpuKind::loads)
                        .mapToObj(Integer::toString)
                        .collect(Collectors.joining(" "));
        expect(
                switch (this) {
                    case H200 -> "90";
                    case A100 -> "80";
                    case T4 -> "72 75";
                    case B200 -> "";
                },
                loaded);
        CUmodule module = new CUmodule();
        JCudaDriver.cuModuleLoadData(module, ptx());
        CUfunction function = new CUfunction();
        JCudaDriver.cuModuleGetFunction(function, module, "k");
        int most = CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES;
        JCudaDriver.cuFuncSetAttribute(function, most, sharedPerBlock);
        try {
            JCudaDriver.cuFuncSetAttribute(function, most, sharedPerBlock + 1);
            throw new IllegalStateException("more shared memory than there is");
        } catch (CudaException refused) {
            expect("CUDA_ERROR_INVALID_VALUE", refused.getMessage());
        }
        JCudaDriver.cuModuleUnload(module);
    }

    private static boolean loads(int architecture) {
        nvrtcProgram program = compiled("sm_" + architecture);
        long[] size = new long[1];
        JNvrtc.nvrtcGetCUBINSize(program, size);
        byte[] cubin = new byte[Math.toIntExact(size[0])];
        JNvrtc.nvrtcGetCUBIN(program, cubin);
        JNvrtc.nvrtcDestroyProgram(program);
        CUmodule module = new CUmodule();
        try {
            JCudaDriver.cuModuleLoadData(module, cubin);
        } catch (CudaException refused) {
            expect("CUDA_ERROR_NO_BINARY_FOR_GPU", refused.getMessage());
            return false;
        }
        JCudaDriver.cuModuleUnload(module);
        return true;
    }

    private static byte[] ptx() {
        nvrtcProgram program = compiled("compute_75");
        String[] text = new String[1];
        JNvrtc.nvrtcGetPTX(program, text);
        JNvrtc.nvrtcDestroyProgram(program);
        return (text[0] + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static nvrtcProgram compiled(String architecture) {
        JNvrtc.setExceptionsEnabled(true);
        nvrtcProgram program = new nvrtcProgram();
        JNvrtc.nvrtcCreateProgram(
                program, "extern \"C\" __global__ void k() {}", "k.cu", 0, null, null);
        JNvrtc.nvrtcCompileProgram(program, 1, new String[] {"--gpu-architecture=" + architecture});
        return program;
    }

    private static void expect(Object expected, Object actual) {
        if (!actual.equals(expected)) {
            throw new IllegalStateException("expected " + expected + ", got " + actual);
        }
    }
}
