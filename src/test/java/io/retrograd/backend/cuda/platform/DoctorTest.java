package io.retrograd.backend.cuda.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jcuda.JCudaVersion;
import jcuda.LibUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands in a process of their own, with an environment that is arranged. */
class DoctorTest {
    private static final String MAIN = "io.retrograd.cli.Main";

    @TempDir private Path folder;

    @Test
    void endsWith0OnlyIfAGpuCanBeUsed() throws Exception {
        Fakes.needCompiler();
        Fakes.driver(folder);
        Fakes.libraries(folder, 12);
        Fakes.Ended well = run("doctor", "--json");
        assertEquals(0, well.exit(), well.out() + well.err());
        JsonNode found = new ObjectMapper().readTree(well.out());
        assertTrue(found.get("usable").asBoolean());
        assertEquals("Fake GPU 0", found.get("gpus").get(0).get("name").asText());

        Files.delete(folder.resolve("libcudnn_cnn.so.9"));
        Fakes.Ended part = run("doctor");
        if (Search.of(Host.here()).find("libcudnn_cnn.so.9").isEmpty()) {
            assertEquals(1, part.exit(), part.out());
            assertTrue(
                    part.out().contains("cuDNN is incomplete: libcudnn_cnn.so.9 missing"),
                    part.out());
        }

        Files.delete(folder.resolve("libcudnn.so.9"));
        Fakes.Ended ill = run("doctor");
        if (Search.of(Host.here()).find("libcudnn.so.9").isEmpty()) {
            assertEquals(1, ill.exit(), ill.out());
            assertTrue(ill.out().contains("missing: cuDNN is missing"), ill.out());
            assertTrue(ill.out().endsWith("cuda cannot be used\n"), ill.out());
        }
    }

    /** JCuda by itself takes whatever lies in a folder that all can write. */
    @Test
    void nothingIsUnpackedWhereOthersCanWrite() throws Exception {
        Fakes.needCompiler();
        Fakes.driver(folder);
        Fakes.libraries(folder, 12);
        Path shared = Files.createDirectory(folder.resolve("shared"));
        for (String name : List.of("JCudaDriver", "JCudnn", "JCublas2", "JNvrtc")) {
            String library = LibUtils.createPlatformLibraryName(name + "-" + JCudaVersion.get());
            Files.copy(
                    folder.resolve("libcublasLt.so.12"),
                    shared.resolve(LibUtils.createLibraryFileName(library)));
        }
        Fakes.Ended ended = run(List.of("-Djava.io.tmpdir=" + shared), "doctor");
        assertEquals(0, ended.exit(), ended.out() + ended.err());
        try (Stream<Path> files = Files.list(shared)) {
            assertEquals(4, files.count());
        }
    }

    @Test
    void oneProcessHoldsOneCuda() throws Exception {
        Fakes.needCompiler();
        Fakes.driver(folder);
        Fakes.libraries(folder, 12);
        Fakes.Ended ended =
                Fakes.java(
                        Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString()),
                        List.of("-Dretrograd.standin=" + folder),
                        BothPlatformsMain.class);
        assertEquals(0, ended.exit(), ended.err());
        assertTrue(
                ended.out().startsWith("device cuda: this process already holds cuda-standin"),
                ended.out());
    }

    @Test
    void nowhereToUnpack() throws Exception {
        assumeTrue(Host.here().supported(), "JCuda has natives for Linux on x86-64 only");
        Fakes.Ended ended =
                Fakes.java(
                        Map.of("XDG_CACHE_HOME", "/proc/none"),
                        List.of("-Djava.io.tmpdir=/proc/none"),
                        System.getProperty("java.class.path"),
                        MAIN,
                        "doctor");
        assertEquals(1, ended.exit(), ended.err());
        assertTrue(ended.out().contains("natives can be unpacked nowhere"), ended.out());
    }

    @Test
    void theStandinSaysThatItIsOne() throws Exception {
        Path standin = Standin.folder();
        assumeTrue(
                Standin.obstacle(standin).isEmpty(),
                "the stand-in is not built: it wants g++ and cmake");
        Fakes.Ended doctor = run("doctor", "--device", "cuda-standin");
        assertEquals(0, doctor.exit(), doctor.out() + doctor.err());
        assertTrue(doctor.out().contains("CPU stand-in (H200), sm_"), doctor.out());
        assertTrue(doctor.out().contains("no GPU computes"), doctor.out());
        assertTrue(doctor.out().contains(standin.resolve("libcudnn.so.9").toString()));
    }

    private Fakes.Ended run(String... command) throws Exception {
        return run(List.of(), command);
    }

    private Fakes.Ended run(List<String> options, String... command) throws Exception {
        return Fakes.java(
                Map.of(
                        "LD_LIBRARY_PATH", folder.toString(),
                        "XDG_CACHE_HOME", folder.resolve("cache").toString()),
                options,
                System.getProperty("java.class.path"),
                MAIN,
                command);
    }
}
