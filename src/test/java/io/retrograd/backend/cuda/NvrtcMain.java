package io.retrograd.backend.cuda;

import io.retrograd.backend.Diagnosis;
import io.retrograd.backend.cuda.platform.CudaPlatform;
import java.util.ArrayList;
import java.util.List;

/**
 * Compiles all kernels with the machine's NVRTC, which needs no GPU, for the architectures that are
 * given; prints the libraries that were found, and how many files each time.
 */
public final class NvrtcMain {
    private NvrtcMain() {}

    public static void main(String[] architectures) {
        List<Diagnosis.Fact> facts = CudaPlatform.MACHINE.diagnose().facts();
        facts.forEach(f -> System.out.println(f.name() + " " + f.version() + " " + f.detail()));
        if (facts.stream().noneMatch(fact -> fact.name().equals("NVRTC"))) {
            System.out.println("absent");
            return;
        }
        List<KernelProgram> programs = new ArrayList<>();
        programs.addAll(CudaKernels.programs(ElementType.FLOAT32));
        programs.addAll(CudaKernels.programs(ElementType.FLOAT64));
        for (String architecture : architectures) {
            KernelCompiler compiler = new KernelCompiler(Integer.parseInt(architecture));
            int images =
                    new KernelBuild(compiler, /* cache= */ null, line -> {})
                            .images(programs)
                            .size();
            System.out.println(compiler.architecture() + ": compiled " + images);
        }
    }
}
