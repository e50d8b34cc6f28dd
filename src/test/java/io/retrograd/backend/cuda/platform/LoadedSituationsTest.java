package io.retrograd.backend.cuda.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the doctor says of a driver, GPUs and libraries that load, each situation arranged with
 * libraries that answer what they are told. One process goes through all.
 */
class LoadedSituationsTest {
    /** Name, files of the machine, what its libraries are told. */
    private static final List<List<String>> SITUATIONS =
            List.of(
                    List.of("well", "", "gpus=2"),
                    List.of("stub", "", "init=34"),
                    List.of("no files", "", "init=100"),
                    List.of("container", ".dockerenv", "init=999"),
                    List.of("no gpu", "dev/nvidiactl", "gpus=0"),
                    List.of("mismatch", "dev/nvidiactl", "init=803"),
                    List.of("unready", "dev/nvidiactl", "init=802"),
                    List.of("old driver", "dev/nvidiactl", "driver=11080"),
                    List.of("old gpu", "dev/nvidiactl", "capability=61"),
                    List.of("one old gpu", "dev/nvidiactl", "capability=70 gpus=2"),
                    List.of("old cudnn", "dev/nvidiactl", "cudnn=8907"),
                    List.of("contradiction", "dev/nvidiactl", "cudnn_cuda=13000"));

    private static final Map<String, JsonNode> FOUND = new HashMap<>();

    @TempDir private static Path folder;

    @BeforeAll
    static void examineAll() throws Exception {
        Fakes.needCompiler();
        Fakes.driver(folder);
        Fakes.libraries(folder, 12);
        List<String> arguments = new ArrayList<>(List.of(folder.resolve("cache").toString()));
        for (List<String> situation : SITUATIONS) {
            Path root = Files.createDirectories(folder.resolve("root-" + situation.get(0)));
            if (!situation.get(1).isEmpty()) {
                Path file = root.resolve(situation.get(1));
                Files.createDirectories(file.getParent());
                Files.createFile(file);
            }
            arguments.addAll(List.of(root.toString(), situation.get(2)));
        }
        Path module = folder.resolve("root-well/proc/driver/nvidia/version");
        Files.createDirectories(module.getParent());
        Files.writeString(module, "NVRM version: NVIDIA UNIX Module  580.65.06  Sun Jul 27\n");
        Fakes.Ended ended =
                Fakes.java(
                        Map.of(
                                "LD_LIBRARY_PATH",
                                folder.toString(),
                                "FAKE_CUDA",
                                folder.resolve("told").toString(),
                                "PATH",
                                "",
                                "container",
                                ""),
                        List.of("-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp"))),
                        ExaminationMain.class,
                        arguments.toArray(new String[0]));
        assertEquals(0, ended.exit(), ended.err());
        List<String> lines = ended.out().lines().toList();
        for (int i = 0; i < SITUATIONS.size(); i++) {
            FOUND.put(SITUATIONS.get(i).get(0), new ObjectMapper().readTree(lines.get(i)));
        }
    }

    @Test
    void whereAllIsWellEveryPartIsReported() {
        JsonNode well = FOUND.get("well");
        assertTrue(well.get("usable").asBoolean(), well.toString());
        assertEquals(0, well.get("problems").size(), well.toString());
        assertEquals("580.65.06", fact(well, "driver").get("version").asText());
        assertEquals("9.6.0", fact(well, "cuDNN").get("version").asText());
        assertEquals("12.1.2", fact(well, "cuBLAS").get("version").asText());
        assertEquals("12.0", fact(well, "NVRTC").get("version").asText());
        assertEquals("12.6.0", fact(well, "JCuda").get("version").asText());
        assertEquals(
                folder.resolve("libcublas.so.12").toString(),
                fact(well, "cuBLAS").get("detail").asText());
        JsonNode gpu = well.get("gpus").get(1);
        assertEquals("Fake GPU 1", gpu.get("name").asText());
        assertEquals("sm_100", gpu.get("architecture").asText());
        assertEquals(9L << 30, gpu.get("memoryBytes").asLong());
    }

    @ParameterizedTest
    @CsvSource({
        "stub, is the toolkit's stub, libcuda.so.1, take the stubs folder out",
        "no files, made no GPU device files, /dev/nvidiactl, modprobe nvidia",
        "container, container has a driver but no GPU device files, /dev/nvidiactl, --gpus all",
        "no gpu, the driver finds no GPU, libcuda.so.1, nvidia-smi",
        "mismatch, of different versions, /proc/driver/nvidia/version, reboot",
        "unready, cuInit answers CUDA_ERROR_SYSTEM_NOT_READY, libcuda.so.1, nvidia-smi",
        "old driver, it supports CUDA 11.8, libcublas.so.12, ubuntu-drivers install",
        "old gpu, 'GPU 0 is too old: Fake GPU 0, sm_61', the driver, the device cpu",
        "old cudnn, cuDNN 0.89.7 does not fit, libcudnn.so.9, pip install nvidia-cudnn-cu12",
        "contradiction, 'built for CUDA 13, but cuBLAS is of CUDA 12', libcublas.so.12,"
                + " nvidia-cudnn-cu12",
    })
    void theProblemIsNamed(String situation, String what, String looked, String command) {
        JsonNode diagnosis = FOUND.get(situation);
        JsonNode problem = diagnosis.get("problems").get(0);
        assertEquals(1, diagnosis.get("problems").size(), diagnosis.toString());
        assertFalse(diagnosis.get("usable").asBoolean());
        assertTrue(problem.get("what").asText().contains(what), problem.toString());
        assertTrue(problem.get("looked").asText().contains(looked), problem.toString());
        assertTrue(problem.get("command").asText().contains(command), problem.toString());
    }

    /** sm_70 beside sm_80: the second can compute. */
    @Test
    void anOldGpuBesideANewOneIsNoProblem() {
        JsonNode diagnosis = FOUND.get("one old gpu");
        assertTrue(diagnosis.get("usable").asBoolean(), diagnosis.toString());
        assertFalse(diagnosis.get("gpus").get(0).get("usable").asBoolean());
        assertTrue(diagnosis.get("gpus").get(1).get("usable").asBoolean());
    }

    /** JCuda would unpack there, and load what another user had put there. */
    @Test
    void nothingIsUnpackedWhereOthersCanWrite() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("tmp"))) {
            assertEquals(List.of(), files.toList());
        }
    }

    private static JsonNode fact(JsonNode diagnosis, String name) {
        for (JsonNode fact : diagnosis.get("facts")) {
            if (fact.get("name").asText().equals(name)) {
                return fact;
            }
        }
        throw new AssertionError("no " + name + " in " + diagnosis);
    }
}
