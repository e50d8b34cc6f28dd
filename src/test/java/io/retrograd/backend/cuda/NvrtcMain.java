package io.retrograd.backend.cuda;

import io.retrograd.backend.cuda.platform.CudaPlatform;

/** Compiles all kernels with the machine's NVRTC, which needs no GPU; prints how many files. */
public final class NvrtcMain {
    private static final int ARCHITECTURE = 90;

    private NvrtcMain() {}

    public static void main(String[] args) {
        if (CudaPlatform.MACHINE.diagnose().facts().stream()
                .noneMatch(fact -> fact.name().equals("NVRTC"))) {
            System.out.println("absent");
            return;
        }
        KernelCompiler compiler = new KernelCompiler(ARCHITECTURE);
        int files = 0;
        for (ElementType real : new ElementType[] {ElementType.FLOAT32, ElementType.FLOAT64}) {
            for (KernelProgram program : CudaKernels.programs(real)) {
                compiler.compile(program);
                files++;
            }
        }
        System.out.println("compiled " + files);
    }
}
