package io.retrograd.backend.cuda;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.nvrtc.nvrtcResult;

/** Compiles CUDA C++ with NVRTC, for one architecture. Needs no GPU; safe for threads. */
final class KernelCompiler {
    private final String architecture;
    private final String version;
    private final boolean real;

    /**
     * A compiler for a GPU.
     *
     * @param architecture its compute capability, 90 for 9.0. Where NVRTC does not know it yet, PTX
     *     for the newest that it knows is made, which the driver translates.
     */
    KernelCompiler(int architecture) {
        JNvrtc.setExceptionsEnabled(false);
        int[] major = new int[1];
        int[] minor = new int[1];
        expect(JNvrtc.nvrtcVersion(major, minor), "nvrtcVersion");
        version = major[0] + "." + minor[0];
        int[] known = architectures();
        real = Arrays.stream(known).anyMatch(a -> a == architecture);
        int newest = Arrays.stream(known).filter(a -> a < architecture).max().orElse(architecture);
        this.architecture = real ? "sm_" + architecture : "compute_" + newest;
    }

    private static int[] architectures() {
        int[] count = new int[1];
        expect(JNvrtc.nvrtcGetNumSupportedArchs(count), "nvrtcGetNumSupportedArchs");
        int[] known = new int[count[0]];
        expect(JNvrtc.nvrtcGetSupportedArchs(known), "nvrtcGetSupportedArchs");
        return known;
    }

    /** As in {@code --gpu-architecture}. */
    String architecture() {
        return architecture;
    }

    /** NVRTC's. */
    String version() {
        return version;
    }

    /**
     * Compiles a program.
     *
     * @throws KernelException if it has errors; the message holds them, with the source's lines
     */
    KernelImage compile(KernelProgram program) {
        return compile(program, List.of(), printed -> {});
    }

    /**
     * The same with more options.
     *
     * @param printed told what NVRTC prints, also where it compiles
     */
    KernelImage compile(KernelProgram program, List<String> more, Consumer<String> printed) {
        nvrtcProgram nvrtc = new nvrtcProgram();
        String[] names = program.headers().keySet().toArray(String[]::new);
        String[] texts = program.headers().values().toArray(String[]::new);
        expect(
                JNvrtc.nvrtcCreateProgram(
                        nvrtc, program.source(), program.file(), names.length, texts, names),
                "nvrtcCreateProgram");
        try {
            for (String kernel : program.kernels()) {
                expect(JNvrtc.nvrtcAddNameExpression(nvrtc, kernel), "nvrtcAddNameExpression");
            }
            String[] options =
                    Stream.of(options(), program.defineOptions(), more)
                            .flatMap(List::stream)
                            .toArray(String[]::new);
            int status = JNvrtc.nvrtcCompileProgram(nvrtc, options.length, options);
            if (status != nvrtcResult.NVRTC_SUCCESS) {
                throw new KernelException(
                        "CudaKernel: " + program.file() + " does not compile:\n" + log(nvrtc));
            }
            printed.accept(log(nvrtc));
            return new KernelImage(code(nvrtc), symbols(nvrtc, program.kernels()));
        } finally {
            JNvrtc.nvrtcDestroyProgram(nvrtc);
        }
    }

    List<String> options() {
        return List.of("--gpu-architecture=" + architecture, "--std=c++17");
    }

    private static String log(nvrtcProgram program) {
        String[] log = new String[1];
        expect(JNvrtc.nvrtcGetProgramLog(program, log), "nvrtcGetProgramLog");
        return log[0].replace("\0", "").stripTrailing();
    }

    private byte[] code(nvrtcProgram program) {
        if (!real) {
            String[] ptx = new String[1];
            expect(JNvrtc.nvrtcGetPTX(program, ptx), "nvrtcGetPTX");
            return CudaText.terminated(ptx[0]);
        }
        long[] size = new long[1];
        expect(JNvrtc.nvrtcGetCUBINSize(program, size), "nvrtcGetCUBINSize");
        byte[] cubin = new byte[Math.toIntExact(size[0])];
        expect(JNvrtc.nvrtcGetCUBIN(program, cubin), "nvrtcGetCUBIN");
        return cubin;
    }

    private static Map<String, String> symbols(nvrtcProgram program, List<String> kernels) {
        Map<String, String> symbols = new TreeMap<>();
        for (String kernel : kernels) {
            String[] symbol = new String[1];
            expect(JNvrtc.nvrtcGetLoweredName(program, kernel, symbol), "nvrtcGetLoweredName");
            symbols.put(kernel, symbol[0]);
        }
        return symbols;
    }

    private static void expect(int status, String call) {
        if (status != nvrtcResult.NVRTC_SUCCESS) {
            throw new KernelException(
                    "CudaKernel: " + call + " failed: " + nvrtcResult.stringFor(status));
        }
    }
}
