package io.retrograd.backend.cuda.platform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retrograd.ChildJava;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Libraries that answer what a test tells them to, and processes that load them. */
final class Fakes {
    private static final Path SOURCE = Path.of("src/test/resources/cuda/fake.c");
    private static final long SECONDS = 60;

    private Fakes() {}

    /** What a process printed, and how it ended. */
    record Ended(int exit, String out, String err) {}

    /** Skips the test where libraries cannot be compiled, or JCuda has no natives. */
    static void needCompiler() {
        assumeTrue(Host.here().supported(), "JCuda has natives for Linux on x86-64 only");
        assumeTrue(
                Host.here().folders("PATH").stream()
                        .anyMatch(folder -> Files.isExecutable(folder.resolve("gcc"))),
                "the fake libraries need gcc on the PATH");
    }

    /** That cuDNN 9 consists of, and loads itself. */
    private static final List<String> CUDNN_PARTS =
            List.of(
                    "graph",
                    "ops",
                    "cnn",
                    "adv",
                    "heuristic",
                    "engines_precompiled",
                    "engines_runtime_compiled");

    static void driver(Path folder) throws Exception {
        compile(folder, "libcuda.so.1", "-DFAKE_DRIVER");
    }

    static void cublas(Path folder, int major) throws Exception {
        compile(folder, "libcublasLt.so." + major);
        compile(folder, "libcublas.so." + major, "-DFAKE_CUBLAS=" + major);
    }

    static void nvrtc(Path folder, int major) throws Exception {
        compile(folder, "libnvrtc-builtins.so." + major + ".0");
        compile(folder, "libnvrtc.so." + major, "-DFAKE_NVRTC=" + major);
    }

    static void cudnn(Path folder, int major) throws Exception {
        compile(folder, "libcudnn.so.9", "-DFAKE_CUDNN=" + major * 1000);
        for (String part : CUDNN_PARTS) {
            Files.createFile(folder.resolve("libcudnn_" + part + ".so.9"));
        }
    }

    /** All of CUDA but the driver. */
    static void libraries(Path folder, int major) throws Exception {
        cublas(folder, major);
        nvrtc(folder, major);
        cudnn(folder, major);
    }

    /** A library whose symbols have its name as their version, as NVIDIA's have. */
    private static void compile(Path folder, String name, String... defines) throws Exception {
        Path versions = folder.resolve(name + ".versions");
        Files.writeString(versions, name.replace('-', '_') + " { global: *; };\n");
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "gcc",
                                "-shared",
                                "-fPIC",
                                "-Wall",
                                "-Werror",
                                "-Wl,-soname," + name,
                                "-Wl,--version-script=" + versions,
                                "-o",
                                folder.resolve(name).toString(),
                                SOURCE.toString()));
        command.addAll(List.of(defines));
        Ended ended = run(Map.of(), command);
        Files.delete(versions);
        assertEquals(0, ended.exit(), ended.err());
    }

    /** Runs a class of the tests or the product in a JVM of its own. */
    static Ended java(
            Map<String, String> environment, List<String> options, Class<?> main, String... args)
            throws Exception {
        return java(
                environment, options, System.getProperty("java.class.path"), main.getName(), args);
    }

    static Ended java(
            Map<String, String> environment,
            List<String> options,
            String classPath,
            String main,
            String... args)
            throws Exception {
        List<String> command = new ArrayList<>(ChildJava.command());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx256m"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, main));
        command.addAll(List.of(args));
        return run(environment, command);
    }

    private static Ended run(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("fakes", ".out");
        Path err = Files.createTempFile("fakes", ".err");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        Ended result =
                new Ended(
                        ended ? process.exitValue() : -1,
                        Files.readString(out, StandardCharsets.UTF_8),
                        Files.readString(err, StandardCharsets.UTF_8));
        Files.delete(out);
        Files.delete(err);
        return result;
    }
}
