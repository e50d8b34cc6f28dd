package io.retrograd.backend.cuda.nvidia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.cuda.NvrtcMain;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Our kernels, compiled by the real NVRTC as on a user's machine, for every kind of GPU. */
class KernelsIT {
    private static final List<String> ARCHITECTURES =
            List.of("75", "80", "86", "89", "90", "100", "120");

    @Test
    void allCompileForEveryGpu() throws Exception {
        List<String> said = Prepared.java(NvrtcMain.class, ARCHITECTURES.toArray(String[]::new));
        said.forEach(System.out::println);
        Files.write(Prepared.file("kernels.txt"), said);
        String found = String.join("\n", said);
        for (String library : List.of("cuDNN", "cuBLAS", "NVRTC")) {
            assertTrue(
                    Prepared.folders().stream()
                            .anyMatch(
                                    f -> found.matches("(?s).*" + library + " \\S+ " + f + "/.*")),
                    library + " was not loaded from " + Prepared.folders() + ": " + found);
        }
        long sources;
        try (Stream<java.nio.file.Path> files = Files.list(java.nio.file.Path.of("kernels"))) {
            sources = files.filter(file -> file.toString().endsWith(".cu")).count();
        }
        assertEquals(
                ARCHITECTURES.stream().map(a -> "sm_" + a + ": compiled " + 2 * sources).toList(),
                said.stream().filter(line -> line.contains("compiled")).toList());
        assertEquals(
                List.of(),
                said.stream().filter(line -> line.contains(" spills ")).toList(),
                "use fewer registers, or say why in the file's comment: Spills: <reason>");
    }
}
