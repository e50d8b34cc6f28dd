package io.retrograd.backend.cuda.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retrograd.backend.cuda.NvrtcMain;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our libcublas.so.12 and libnvrtc.so.12 over CUDA 13, fake ones, and real ones where they are. */
class Cuda13Test {
    @TempDir private Path folder;

    @Test
    void callsArriveAndWhatIsLackingSaysItsName() throws Exception {
        needForwarders();
        Fakes.needCompiler();
        Fakes.libraries(folder, 13);
        Fakes.Ended ended = Fakes.java(environment(), List.of(), Cuda13Main.class, "fake");
        assertEquals(0, ended.exit(), ended.err());
        assertTrue(ended.out().contains("version=13.1.2, detail=" + folder), ended.out());
        assertTrue(ended.out().contains("through our libcublas.so.12"), ended.out());
        int sum = 1 + 2 * 2 + 3 * 10 + 4 * 20 + 5 * 30 + 6 * 40 + 7 * 50 + 8 * 60;
        assertTrue(ended.out().contains("sgemm " + sum), ended.out());
        assertTrue(ended.out().contains("create 15"), ended.out());
        assertTrue(
                ended.err().contains("cublasCreate_v2: libcublas.so.13 has no such function"),
                ended.err());
    }

    /** NVRTC compiles without a GPU; its NVVM functions went with CUDA 13. */
    @Test
    void theRealLibrariesOfThisMachine() throws Exception {
        needForwarders();
        Search search = Search.of(Host.here());
        assumeTrue(
                search.find("libcublas.so.13").isPresent()
                        && search.find("libnvrtc.so.13").isPresent()
                        && search.find("libcublas.so.12").isEmpty(),
                "CUDA 13's cuBLAS and NVRTC are not on this machine");
        Fakes.Ended ended =
                Fakes.java(
                        Map.of(),
                        List.of("-Dretrograd.cache=" + folder.resolve("cache")),
                        Cuda13Main.class,
                        "real");
        assertEquals(0, ended.exit(), ended.err());
        assertTrue(ended.out().contains("compile 0\ncubin true\n"), ended.out());
        assertTrue(ended.out().contains("nvvm NVRTC_ERROR_INTERNAL_ERROR"), ended.out());
        assertTrue(ended.err().contains("nvrtcGetNVVMSize: libnvrtc.so.13 has no"), ended.err());
    }

    /** The stand-in's compiler knows more than NVRTC does. */
    @Test
    void ourKernelsCompileWithTheNvrtcOfThisMachine() throws Exception {
        assumeTrue(Host.here().supported(), "JCuda has natives for Linux on x86-64 only");
        Fakes.Ended ended =
                Fakes.java(
                        Map.of(),
                        List.of("-Dretrograd.cache=" + folder.resolve("cache")),
                        NvrtcMain.class,
                        "90");
        assumeTrue(!ended.out().contains("absent"), "NVRTC is not on this machine");
        assertEquals(0, ended.exit(), ended.err());
        assertTrue(ended.out().contains("compiled "), ended.out());
    }

    /** A build without g++ has no such libraries; here they are left out of a copy. */
    @Test
    void aBuildWithoutThem() throws Exception {
        Fakes.needCompiler();
        Fakes.libraries(folder, 13);
        Fakes.Ended ended =
                Fakes.java(
                        environment(),
                        List.of(),
                        classPath("cuda13", ""),
                        "io.retrograd.cli.Main",
                        "doctor");
        assertEquals(1, ended.exit(), ended.err());
        assertTrue(ended.out().contains("this build cannot load it"), ended.out());
        assertTrue(ended.out().contains("apt-get install cmake g++"), ended.out());
    }

    @Test
    void aBuildForAnotherPlatform() throws Exception {
        assumeTrue(Host.here().supported(), "JCuda has natives for Linux on x86-64 only");
        Fakes.Ended ended =
                Fakes.java(
                        environment(),
                        List.of(),
                        classPath("", "jcuda-natives"),
                        "io.retrograd.cli.Main",
                        "doctor");
        assertEquals(1, ended.exit(), ended.err());
        assertTrue(ended.out().contains("no natives of JCuda"), ended.out());
    }

    private static void needForwarders() {
        assumeTrue(
                Natives.haveForwarders(), "this build has no libcublas.so.12: no g++ or no cmake");
    }

    private Map<String, String> environment() {
        return Map.of(
                "LD_LIBRARY_PATH", folder.toString(),
                "XDG_CACHE_HOME", folder.resolve("cache").toString(),
                "PATH", "");
    }

    /** This class path without a folder of the classes and without a jar. */
    private String classPath(String withoutFolder, String withoutJar) throws Exception {
        Path classes = Path.of("target/classes").toAbsolutePath();
        Path copy = folder.resolve("classes");
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (withoutFolder.isEmpty() || !file.getParent().endsWith(withoutFolder)) {
                    Path to = copy.resolve(classes.relativize(file));
                    Files.createDirectories(to.getParent());
                    Files.copy(file, to);
                }
            }
        }
        String[] entries = System.getProperty("java.class.path").split(File.pathSeparator, -1);
        return Arrays.stream(entries)
                .filter(entry -> withoutJar.isEmpty() || !entry.contains(withoutJar))
                .map(entry -> Path.of(entry).equals(classes) ? copy.toString() : entry)
                .collect(Collectors.joining(File.pathSeparator));
    }
}
