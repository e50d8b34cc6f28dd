package io.retrograd.backend.cuda.platform;

import io.retrograd.backend.Diagnosis;
import jcuda.Pointer;
import jcuda.jcublas.JCublas2;
import jcuda.jcublas.cublasHandle;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;
import jcuda.nvrtc.nvrtcResult;

/** Loads CUDA 13 through our libraries and calls it; prints a line for each answer. */
final class Cuda13Main {
    private Cuda13Main() {}

    public static void main(String[] args) {
        Diagnosis found = new Examination(Host.here()).machine();
        found.facts().forEach(System.out::println);
        found.problems().forEach(System.out::println);
        JCublas2.setExceptionsEnabled(false);
        JNvrtc.setExceptionsEnabled(false);
        if (args[0].equals("fake")) {
            fake();
        } else {
            real();
        }
    }

    /** Fourteen arguments must arrive as they are. */
    private static void fake() {
        Pointer one = Pointer.to(new float[] {1});
        cublasHandle handle = new cublasHandle();
        int sum =
                JCublas2.cublasSgemm(handle, 1, 2, 10, 20, 30, one, one, 40, one, 50, one, one, 60);
        System.out.println("sgemm " + sum);
        System.out.println("create " + JCublas2.cublasCreate(handle));
    }

    private static void real() {
        System.out.println("create " + JCublas2.cublasCreate(new cublasHandle()));
        nvrtcProgram program = new nvrtcProgram();
        JNvrtc.nvrtcCreateProgram(
                program,
                "extern \"C\" __global__ void one(float* x) { x[threadIdx.x] = 1; }",
                "one.cu",
                0,
                null,
                null);
        System.out.println(
                "compile "
                        + JNvrtc.nvrtcCompileProgram(
                                program, 1, new String[] {"--gpu-architecture=sm_90"}));
        long[] bytes = new long[1];
        JNvrtc.nvrtcGetCUBINSize(program, bytes);
        System.out.println("cubin " + (bytes[0] > 0));
        System.out.println(
                "nvvm " + nvrtcResult.stringFor(JNvrtc.nvrtcGetNVVMSize(program, bytes)));
    }
}
