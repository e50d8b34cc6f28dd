package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.file.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program is compiled once, and again when anything changes that it depends on. */
class KernelCacheTest {
    private static final int SM_90 = 90;
    private static final int SM_80 = 80;

    @TempDir private Path folder;

    private final List<String> lines = new ArrayList<>();

    @BeforeEach
    void load() {
        Gpu.load();
    }

    private static KernelProgram program(String header) {
        return new KernelProgram(
                "k.cu",
                "#include \"h.cuh\"\n__global__ void k(int* y) { *y = VALUE; }\n",
                Map.of("h.cuh", header),
                List.of("k"),
                Map.of());
    }

    private KernelImage build(KernelProgram program, int architecture) {
        KernelBuild build =
                new KernelBuild(
                        new KernelCompiler(architecture), new KernelCache(folder), lines::add);
        return build.images(List.of(program)).get(program);
    }

    @Test
    void whatIsKeptIsNotCompiledAgain() {
        KernelImage first = build(program("#define VALUE 1"), SM_90);
        KernelImage second = build(program("#define VALUE 1"), SM_90);
        assertEquals(1, lines.size());
        assertArrayEquals(first.code(), second.code());
        assertEquals(Map.of("k", "_Z1kPi"), second.symbols());
    }

    @Test
    void anotherHeaderOrArchitectureIsCompiled() {
        build(program("#define VALUE 1"), SM_90);
        build(program("#define VALUE 2"), SM_90);
        build(program("#define VALUE 2"), SM_80);
        assertEquals(3, lines.size());
    }

    @Test
    void whatHasAnotherBitIsCompiledAgain() throws IOException {
        KernelImage first = build(program("#define VALUE 1"), SM_90);
        try (Stream<Path> files = Files.list(folder)) {
            Path file = files.findFirst().orElseThrow();
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
        }
        assertArrayEquals(first.code(), build(program("#define VALUE 1"), SM_90).code());
        assertEquals(2, lines.size());
    }

    @Test
    void whatIsCutShortIsCompiledAgain() throws IOException {
        KernelImage first = build(program("#define VALUE 1"), SM_90);
        try (Stream<Path> files = Files.list(folder)) {
            Path file = files.findFirst().orElseThrow();
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        }
        assertEquals(first.symbols(), build(program("#define VALUE 1"), SM_90).symbols());
        assertEquals(2, lines.size());
    }

    @Test
    void faultsLeaveWhatWasKeptOrWhatIsKept() throws IOException {
        KernelProgram program = program("#define VALUE 1");
        build(program, SM_90);
        String file;
        try (Stream<Path> files = Files.list(folder)) {
            file = files.findFirst().orElseThrow().getFileName().toString();
        }
        KernelCompiler compiler = new KernelCompiler(SM_90);
        Faults.injectIntoCache(
                "kernels/" + file,
                (at, version) ->
                        new KernelCache(at.resolve("kernels"))
                                .keep(
                                        program,
                                        compiler,
                                        new KernelImage(
                                                new byte[9 * version], Map.of("k", "_Z1kPi"))));
    }
}
