package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.backend.cuda.standin.Misuse;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kernels that a release carries compiled, and what comes of those that the GPU cannot load. */
class PackedKernelsTest {
    private static final List<KernelProgram> PROGRAMS = CudaKernels.programs(ElementType.FLOAT32);

    @TempDir private static Path folder;

    /** Lays every file's image where a release has it. */
    @BeforeAll
    static void pack() throws IOException {
        Files.createDirectories(image("fill").getParent());
        try (CudaContext gpu = Gpu.open()) {
            KernelCompiler compiler = new KernelCompiler(gpu.architecture());
            new KernelBuild(compiler, /* cache= */ null, line -> {})
                    .images(PROGRAMS)
                    .forEach((program, image) -> write(program.file(), image.code()));
        }
    }

    private static Path image(String name) {
        return folder.resolve("io/retrograd/backend/cuda/kernels/" + name + ".float.fatbin");
    }

    private static void write(String file, byte[] code) {
        try {
            Files.write(image(file.replaceFirst("\\.cu$", "")), code);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> run() throws IOException, InterruptedException {
        Misuse.Ended ended =
                Misuse.run(
                        PackedKernels.class,
                        Gpu.PLATFORM.name(),
                        Map.of(),
                        folder.resolve("output"),
                        folder + File.pathSeparator + System.getProperty("java.class.path"));
        assertEquals(0, ended.status(), ended.said());
        List<String> lines = ended.said().lines().toList();
        assertEquals(PackedKernels.WELL, lines.get(lines.size() - 1), ended.said());
        return lines.subList(0, lines.size() - 1);
    }

    @Test
    void nothingIsCompiledWhereTheyFit() throws IOException, InterruptedException {
        assertEquals(List.of(), run());
    }

    /** Those before it stay; it and those behind it are compiled. */
    @Test
    void whatCannotBeLoadedIsSaidOnceAndCompiled() throws IOException, InterruptedException {
        Map<Path, byte[]> sound = new HashMap<>();
        for (String name : List.of("fill", "sum")) {
            sound.put(image(name), Files.readAllBytes(image(name)));
        }
        byte[] damaged = "no code for this GPU".getBytes(StandardCharsets.UTF_8);
        for (Path image : sound.keySet()) {
            Files.write(image, damaged);
        }
        try {
            List<String> said = run();
            assertTrue(
                    said.get(0)
                            .matches(
                                    "the release's kernels cannot be loaded for this GPU and driver"
                                            + " \\(CUDA_ERROR_\\w+\\): NVRTC compiles them"),
                    said.toString());
            long before = PROGRAMS.stream().filter(p -> p.file().compareTo("fill.cu") < 0).count();
            String compiling = "compiling " + (PROGRAMS.size() - before) + " CUDA files for ";
            assertTrue(
                    (said.size() == 2 && said.get(1).startsWith(compiling))
                            || (said.size() == 1 && Gpu.PLATFORM.device().equals("cuda")),
                    said.toString());
        } finally {
            for (Map.Entry<Path, byte[]> image : sound.entrySet()) {
                Files.write(image.getKey(), image.getValue());
            }
        }
    }
}
