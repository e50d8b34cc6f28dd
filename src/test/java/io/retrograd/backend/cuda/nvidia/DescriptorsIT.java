package io.retrograd.backend.cuda.nvidia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.cuda.CudaAsked;
import io.retrograd.backend.cuda.standin.Gpu;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jcuda.jcublas.JCublas2;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnHandle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What can be called of cuDNN without a GPU, called in the real one and in the stand-in: both have
 * to answer alike.
 */
class DescriptorsIT {
    private static final Path SOURCES = Path.of("src/main/java/io/retrograd/backend/cuda");
    private static final Path CALLS = Path.of("native/nvidia/calls.c");
    private static final Path EDGES = Path.of("src/test/resources/nvidia/edge-cases.txt");
    private static final Set<String> KINDS =
            Set.of("tensor", "filter", "convolution", "rnn", "sequences");

    /** Of a convolution: y, dx and dw. */
    private static final int PASSES = 3;

    /** Marks what the stand-in refuses, as it does not compute it. */
    private static final String STRICTER = "! ";

    /** Without a handle, which only a GPU gives: of the library itself, and of statuses. */
    private static final Set<String> OTHERS =
            Set.of(
                    "cudnnCreate",
                    "cudnnDestroy",
                    "cudnnGetVersion",
                    "cudnnGetCudartVersion",
                    "cudnnGetErrorString");

    /** Names of functions that compute several operations at once. */
    private static final Pattern FUSED = Pattern.compile("BiasActivation|Fused|Backend|Ex$");

    @BeforeEach
    void needStandin() {
        Gpu.assumeBuilt();
    }

    @Test
    void whatTheBackendDescribesIsAccepted() throws Exception {
        Path record = Files.createTempFile("nvidia", ".record");
        Prepared.java(
                Map.of(
                        "LD_PRELOAD", Prepared.file("librecord.so").toString(),
                        "RETROGRAD_RECORD", record.toString()),
                RecordMain.class);
        List<String> lines = List.copyOf(new TreeSet<>(Files.readAllLines(record)));
        Files.delete(record);
        assertEquals(
                KINDS,
                lines.stream()
                        .map(line -> line.replaceFirst(" .*", ""))
                        .collect(Collectors.toSet()));
        List<String> real = real(lines);
        assertEquals(
                List.of(),
                real.stream().filter(DescriptorsIT::refused).toList(),
                "the backend describes what cuDNN refuses");
        assertEquals(List.of(), different(real, standin(lines)));
    }

    private static boolean refused(String line) {
        return !line.replaceFirst(".*: ", "").matches("(\\w+ SUCCESS ?)+");
    }

    @Test
    void edgeCasesAreAnsweredAlike() throws Exception {
        List<String> lines =
                Files.readAllLines(EDGES).stream().filter(line -> !line.startsWith("#")).toList();
        List<String> common = lines.stream().filter(line -> !line.startsWith(STRICTER)).toList();
        assertEquals(List.of(), different(real(common), standin(common)));
        List<String> marked =
                lines.stream()
                        .filter(line -> line.startsWith(STRICTER))
                        .map(line -> line.substring(STRICTER.length()))
                        .toList();
        List<String> standin = standin(marked);
        assertTrue(
                standin.stream().allMatch(line -> line.contains("set NOT_SUPPORTED")),
                standin.toString());
        assertEquals(marked.size(), different(real(marked), standin).size(), "needs no mark");
    }

    /** The backend reads cuDNN's answers past JCuda, which drops the math type of two of three. */
    @Test
    void offersAreReadWhereCudnnHasThem() throws Exception {
        assertEquals(
                List.of("offers:" + CudaAsked.offer().repeat(PASSES)), real(List.of("offers")));
    }

    /** JCuda binds a function when it is first called, which may be late in a training run. */
    @Test
    void librariesHaveAllFunctions() throws Exception {
        assertEquals(List.of(), absent(Prepared.library("libcudnn.so.9"), called(JCudnn.class)));
        assertEquals(List.of(), absent(Prepared.library("libcublas.so."), called(JCublas2.class)));
    }

    /** A header's name may stand for the function's second version; JCuda calls one "new". */
    private static List<String> absent(Path library, Set<String> called) throws Exception {
        List<String> names = called.stream().map(name -> name.replaceFirst("_new$", "")).toList();
        List<String> lines =
                names.stream()
                        .flatMap(name -> Stream.of(name, name + "_v2"))
                        .map(name -> "function " + name)
                        .toList();
        Set<String> there = new HashSet<>(Prepared.ask("calls", library.toString(), lines));
        return names.stream()
                .filter(name -> !there.contains("function " + name + ": there"))
                .filter(name -> !there.contains("function " + name + "_v2: there"))
                .toList();
    }

    /** So that this test does not go on without what the backend newly calls. */
    @Test
    void callsWithoutAHandleAreAllTried() throws Exception {
        Set<String> names = called(JCudnn.class);
        names.removeAll(withHandle());
        names.removeAll(OTHERS);
        String tried = Files.readString(CALLS);
        assertEquals(
                List.of(),
                names.stream().filter(name -> !tried.contains("CALL(" + name + ")")).toList(),
                "calls.c and record.c lack these");
    }

    /** There are none; with the first, engines.c has to ask where it is supported. */
    @Test
    void nothingFusedIsAskedFor() throws Exception {
        assertEquals(
                List.of(),
                called(JCudnn.class).stream().filter(name -> FUSED.matcher(name).find()).toList());
    }

    private static Set<String> withHandle() {
        return Arrays.stream(JCudnn.class.getMethods())
                .filter(method -> List.of(method.getParameterTypes()).contains(cudnnHandle.class))
                .map(Method::getName)
                .collect(Collectors.toSet());
    }

    /** The functions of a library that the backend's sources name. */
    private static Set<String> called(Class<?> library) throws IOException {
        Set<String> functions =
                Arrays.stream(library.getMethods())
                        .map(Method::getName)
                        .collect(Collectors.toSet());
        Set<String> called = new TreeSet<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Pattern.compile("\\bcu(dnn|blas)[A-Z]\\w*")
                        .matcher(Files.readString(file))
                        .results()
                        .map(MatchResult::group)
                        .filter(functions::contains)
                        .forEach(called::add);
            }
        }
        assertTrue(called.size() > 2, called.toString());
        return called;
    }

    private static List<String> real(List<String> lines) throws Exception {
        return Prepared.ask("calls", Prepared.library("libcudnn.so.9").toString(), lines);
    }

    private static List<String> standin(List<String> lines) throws Exception {
        Path library = Path.of("target/standin/libcudnn.so.9").toAbsolutePath();
        return Prepared.ask("calls", library.toString(), lines);
    }

    private static List<String> different(List<String> real, List<String> standin) {
        assertEquals(real.size(), standin.size());
        return IntStream.range(0, real.size())
                .filter(i -> !real.get(i).equals(standin.get(i)))
                .mapToObj(
                        i -> String.format("%n%s%n  the stand-in: %s", real.get(i), standin.get(i)))
                .toList();
    }
}
