package io.retrograd.backend.cuda.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retrograd.backend.Diagnosis;
import io.retrograd.backend.Diagnosis.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says where things are missing or broken, so that nothing is loaded. */
class AbsentSituationsTest {
    @TempDir private Path root;
    private final Map<String, String> environment = new HashMap<>();

    @Test
    void nothingAtAll() throws Exception {
        Path libraries = Files.createDirectories(root.resolve("usr/lib/x86_64-linux-gnu"));
        Diagnosis found = examine();
        assertFalse(found.usable());
        problem(found, "no NVIDIA driver: libcuda.so.1", libraries.toString(), "apt-get install");
        problem(found, "cuDNN is missing", libraries.toString(), "pip install nvidia-cudnn-cu13");
        problem(found, "cuBLAS is missing", libraries.toString(), "pip install nvidia-cublas");
        problem(found, "NVRTC is missing", libraries.toString(), "pip install nvidia-cuda-nvrtc");
        assertEquals(4, found.problems().size());
        assertTrue(found.reason().contains("also: cuDNN is missing, cuBLAS is missing"));
    }

    @Test
    void noFolderToLookIn() {
        problem(examine(), "no NVIDIA driver", "no folder", "nvidia-driver");
    }

    @Test
    void noDriverInAContainer() throws Exception {
        Files.createFile(root.resolve(".dockerenv"));
        problem(examine(), "no NVIDIA driver in this container", "", "docker run --gpus all");
    }

    @Test
    void librariesThatAreTooOld() throws Exception {
        Path toolkit = Files.createDirectories(root.resolve("usr/local/cuda-11.8/lib64"));
        Files.createFile(toolkit.resolve("libcublas.so.11"));
        Files.createFile(toolkit.resolve("libcudnn.so.8"));
        Diagnosis found = examine();
        problem(found, "cuDNN is missing; there is " + toolkit + "/libcudnn.so.8", "", "cudnn");
        problem(found, "cuBLAS is missing; there is " + toolkit + "/libcublas.so.11", "", "cublas");
    }

    /** Each must be refused by its header: loading the second would end the JVM. */
    @Test
    void brokenLibraries() throws Exception {
        Path folder = Files.createDirectories(root.resolve("opt/cuda/lib64"));
        Files.writeString(folder.resolve("libcudnn.so.9"), "<html>404</html>");
        Path libjvm = Path.of(System.getProperty("java.home"), "lib/server/libjvm.so");
        byte[] whole = Files.readAllBytes(libjvm);
        Files.write(folder.resolve("libcublas.so.12"), Arrays.copyOf(whole, 100_000));
        whole[18] = (byte) 183; // for ARM
        Files.write(folder.resolve("libnvrtc.so.12"), Arrays.copyOf(whole, 100_000));
        Diagnosis found = examine();
        problem(found, "libcudnn.so.9 is not a shared library", folder.toString(), "install it");
        problem(found, "libcublas.so.12 is cut short", folder.toString(), "install it again");
        problem(found, "libnvrtc.so.12 is not a shared library for x86-64", "", "install it");
    }

    @Test
    void aCacheThatIsAFile() throws Exception {
        Path cache = Files.createFile(root.resolve("cache"));
        Problem problem = problem(examine(), "the cache cannot be used", cache.toString(), "XDG_");
        assertFalse(problem.fatal());
    }

    @Test
    void aCacheThatOthersCanWrite() throws Exception {
        Path natives = Files.createDirectories(root.resolve("cache/natives"));
        Files.setPosixFilePermissions(natives, PosixFilePermissions.fromString("rwxrwxrwx"));
        problem(examine(), "natives: other users can write it", "cache", "-Dretrograd.cache");
    }

    @Test
    void anotherPlatform() {
        Host mac = new Host(environment, root, root.resolve("cache"), "Mac OS X", "aarch64");
        problem(
                new Examination(mac).machine(),
                "Linux on x86-64 only",
                "Mac OS X",
                "the device cpu");
        assertTrue(Examination.obstacle(mac, Search.of(mac)).isPresent());
    }

    @Test
    void aStandinThatIsNotBuilt() {
        Diagnosis found = new Examination(host()).standin(root);
        problem(found, "not built: libcuda.so.1 is missing", root.toString(), "mvn -q -Pstandin");
    }

    @Test
    void folders() throws Exception {
        environment.put("LD_LIBRARY_PATH", directory("first") + "::" + root.resolve("missing"));
        environment.put("CUDA_HOME", root.resolve("second").toString());
        directory("second/lib64");
        directory("usr/local/cuda-12.6/lib64");
        directory("usr/local/cuda-13.0/lib64");
        Files.createSymbolicLink(
                root.resolve("usr/local/cuda"), root.resolve("usr/local/cuda-13.0"));
        directory("etc/ld.so.conf.d");
        Files.writeString(root.resolve("etc/ld.so.conf.d/x.conf"), "# libraries\n/configured\n");
        directory("configured");
        environment.put("PATH", directory("venv/bin").toString());
        Files.createFile(
                root.resolve("venv/bin/python3"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        directory("venv/lib/python3.12/site-packages/nvidia/cu13/lib");
        assertEquals(
                "first second/lib64 usr/local/cuda/lib64 usr/local/cuda-12.6/lib64 configured"
                        + " venv/lib/python3.12/site-packages/nvidia/cu13/lib",
                String.join(
                        " ",
                        Folders.of(host()).stream()
                                .map(folder -> root.relativize(folder).toString())
                                .toList()));
    }

    private Path directory(String name) throws Exception {
        return Files.createDirectories(root.resolve(name));
    }

    private Host host() {
        return new Host(environment, root, root.resolve("cache"), "Linux", "amd64");
    }

    private Diagnosis examine() {
        assumeTrue(Host.here().supported(), "JCuda has natives for Linux on x86-64 only");
        return new Examination(host()).machine();
    }

    private static Problem problem(Diagnosis found, String what, String looked, String command) {
        Optional<Problem> problem =
                found.problems().stream().filter(p -> p.what().contains(what)).findFirst();
        assertTrue(problem.isPresent(), () -> what + " is not in " + found);
        assertTrue(problem.get().looked().contains(looked), () -> found.toString());
        assertTrue(problem.get().command().contains(command), () -> found.toString());
        assertFalse(problem.get().wanted().isEmpty());
        return problem.get();
    }
}
