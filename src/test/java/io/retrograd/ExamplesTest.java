package io.retrograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.cuda.standin.Gpu;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The programs of {@code src/examples/java} are short, compile, run, and print what they should.
 */
class ExamplesTest {
    private static final Path SOURCES = Path.of("src/examples/java");
    private static final Path JBANG = Path.of("src/examples/jbang/TrainDigits.java");
    private static final int LINES = 60;
    private static final int SECONDS = 60;

    /** A part of the output of each. */
    private static final Map<String, String> OUTPUTS =
            Map.ofEntries(
                    Map.entry("TrainOnArrays", "accuracy (0\\.9[5-9]|1\\.0)"),
                    Map.entry(
                            "ReadGradients",
                            "loss \\d.*\\R(.* norm of dL/dw \\d\\.\\d+e-\\d+\\R){10}images.*\\Rlargest"),
                    Map.entry("OwnOptimizer", "step 400: loss 0\\.0[0-2]"),
                    Map.entry("OwnOperation", "right passes: true, wrong: false"),
                    Map.entry("OwnCudaOperation", "no GPU|on cuda float32: passed"),
                    Map.entry("CheckALayer", "both pass: true"),
                    Map.entry("TrainOnTexts", "accuracy 1\\.000"),
                    Map.entry("TrainOnPictures", "accuracy (0\\.9|1\\.0)"),
                    Map.entry(
                            "ExplainAPrediction",
                            "a \\d, by these pixels:\\R([#+.-][ \\n]){64}complete: true\\R"),
                    Map.entry("SaveAndLoad", "same before: false\\Rsame after: true"),
                    Map.entry(
                            "FineTune",
                            "loaded 15, new \\[12.weight, 12.bias\\]\\Raccuracy (0\\.9|1\\.0)"),
                    Map.entry("CustomTrainingLoop", "f\\(0\\.5\\) = (0\\.9|1\\.0)"),
                    Map.entry("CompareDevices", "reference +largest difference 0\\.0e\\+00"),
                    Map.entry("BenchmarkALayer", "Conv2d.*: \\d+\\.\\d+ ms a step"));

    @TempDir private static Path classes;

    static Set<String> names() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @BeforeAll
    static void compile() throws IOException {
        List<String> command =
                new ArrayList<>(
                        List.of("-d", classes.toString(), "-proc:none", "-Xlint:all", "-Werror"));
        command.addAll(List.of("-classpath", System.getProperty("java.class.path")));
        command.add("-Xlint:-path");
        names().forEach(name -> command.add(SOURCES.resolve(name + ".java").toString()));
        ByteArrayOutputStream problems = new ByteArrayOutputStream();
        int status =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, problems, problems, command.toArray(String[]::new));
        assertEquals(0, status, problems.toString(StandardCharsets.UTF_8));
    }

    @Test
    void eachIsKnownAndShort() throws IOException {
        assertEquals(new TreeSet<>(OUTPUTS.keySet()), names());
        for (String name : names()) {
            long lines = Files.readString(SOURCES.resolve(name + ".java")).lines().count();
            assertTrue(lines <= LINES, name + " has " + lines + " lines");
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void prints(String name) throws Exception {
        holds(name, run(name));
    }

    @Test
    void kernelsRunOnTheStandin() throws Exception {
        Gpu.assumeBuilt();
        String device = Gpu.PLATFORM.device();
        String output = run("OwnCudaOperation", device);
        assertTrue(output.contains("on " + device + " float32: passed"), output);
    }

    /** What JBang reads of it names this library, in this version. */
    @Test
    void jbangsExampleRunsAsASingleFile() throws Exception {
        Matcher dependency =
                Pattern.compile("(?m)^//DEPS (.+):(.+):(.+)$").matcher(Files.readString(JBANG));
        assertTrue(dependency.find());
        String pom = Files.readString(Path.of("pom.xml"));
        String own =
                String.format(
                        "<groupId>%s</groupId>\n  <artifactId>%s</artifactId>\n"
                                + "  <version>%s</version>",
                        dependency.group(1), dependency.group(2), dependency.group(3));
        assertTrue(pom.contains(own), own);
        List<String> command = new ArrayList<>(ChildJava.command());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(JBANG.toString());
        Path output = classes.resolve("output");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        try {
            assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS));
        } finally {
            process.destroyForcibly();
        }
        assertEquals(0, process.exitValue(), Files.readString(output));
        assertTrue(Files.readString(output).contains("accuracy 0.9"), Files.readString(output));
    }

    private static void holds(String name, String output) {
        Pattern expected = Pattern.compile(OUTPUTS.getOrDefault(name, "what it prints"));
        assertTrue(expected.matcher(output).find(), name + " printed\n" + output);
    }

    private static String run(String name, String... arguments) throws Exception {
        PrintStream out = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
            System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
            loader.loadClass(name)
                    .getMethod("main", String[].class)
                    .invoke(null, (Object) arguments);
        } finally {
            System.setOut(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
