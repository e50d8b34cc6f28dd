package io.retrograd.backend.cuda;

import io.retrograd.backend.Diagnosis;
import io.retrograd.backend.cuda.platform.CudaPlatform;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Compiles all kernels with the machine's NVRTC, which needs no GPU, for the architectures that are
 * given; prints the libraries that were found, and how many files each time, and which of them
 * spill registers to local memory without a word of it in their comments.
 */
public final class NvrtcMain {
    private static final Pattern SPILL = Pattern.compile("([1-9]\\d*) bytes spill stores");

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
            List<String> spilling =
                    programs.parallelStream().flatMap(each -> spills(compiler, each)).toList();
            System.out.println(compiler.architecture() + ": compiled " + programs.size());
            spilling.forEach(line -> System.out.println(compiler.architecture() + ": " + line));
        }
    }

    /** The kernels of a file that spill, if its comments give no reason. */
    private static Stream<String> spills(KernelCompiler compiler, KernelProgram program) {
        List<String> printed = new ArrayList<>();
        compiler.compile(program, List.of("--ptxas-options=-v"), printed::add);
        if (program.source().contains("Spills: ")) {
            return Stream.empty();
        }
        return SPILL.matcher(printed.get(0))
                .results()
                .map(
                        m ->
                                String.format(
                                        "%s %s spills %s bytes",
                                        program.file(), program.defines(), m.group(1)));
    }
}
