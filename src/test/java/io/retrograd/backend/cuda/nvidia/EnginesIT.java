package io.retrograd.backend.cuda.nvidia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.backend.Backend;
import io.retrograd.backend.cuda.CudaAsked;
import io.retrograd.cli.BenchNet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Whether cuDNN can compute the convolutions of {@code bench}'s networks on GPUs that are not here:
 * each pass by an engine of the right precision that is deterministic and whose workspace is one
 * that the backend would take.
 *
 * <p>The real cuDNN answers, for GPUs whose properties lie in {@code src/test/resources/nvidia}.
 * That the calls which the backend makes draw on these engines is what NVIDIA's documents suggest;
 * it is not tested here.
 */
class EnginesIT {
    private static final List<BenchNet> NETS =
            List.of(
                    BenchNet.lenet5,
                    BenchNet.mlp,
                    BenchNet.smallcnn,
                    BenchNet.resnet18,
                    BenchNet.resnet50,
                    BenchNet.cnnbigru);

    private static final Path DEVICES = Path.of("src/test/resources/nvidia");
    private static final Path PAGE = Path.of("src/site/markdown/devices.md");

    /** As the backend has its tensors. */
    private static final String LAYOUT = "nchw";

    /** A batch that fills a large GPU. */
    private static final int LARGE_BATCH = 256;

    private static final int HALF = 2;
    private static final int BFLOAT16 = 9;

    /** Turing has none. */
    private static final int OLDEST_BFLOAT16 = 80;

    /** The passes of each network, by its name and batch. */
    private static final Map<String, List<CudaAsked.Pass>> NETWORKS = new LinkedHashMap<>();

    /** The engines of each line, by GPU. */
    private static final Map<Gpu, Map<String, List<Engine>>> ANSWERS = new LinkedHashMap<>();

    /** A GPU that is asked about. */
    private record Gpu(String name, int architecture, Path file, long memory) {
        /** Those that the backend offers on it. */
        List<CudaAsked.Precision> precisions() {
            return CudaAsked.precisions().stream()
                    .filter(precision -> precision.firstArchitecture() <= architecture)
                    .toList();
        }
    }

    /** The network's cells by GPU and precision, and what they lack. */
    private record Table(Map<String, List<EngineCell>> rows, List<String> lacking) {}

    @BeforeAll
    static void ask() throws Exception {
        try (Backend standin = CudaAsked.open("float32")) {
            for (BenchNet net : NETS) {
                add(standin, net, net.batch());
            }
            add(standin, BenchNet.resnet50, LARGE_BATCH);
        }
        List<String> lines =
                NETWORKS.values().stream()
                        .flatMap(List::stream)
                        .flatMap(
                                pass ->
                                        CudaAsked.precisions().stream()
                                                .map(p -> pass.line(p.type(), LAYOUT)))
                        .distinct()
                        .toList();
        for (Gpu gpu : gpus()) {
            ANSWERS.put(gpu, answers(gpu, lines));
        }
    }

    private static void add(Backend standin, BenchNet net, int batch) {
        List<CudaAsked.Pass> passes =
                CudaAsked.convolutions(standin, net.network(), net.sampleShape().batch(batch));
        if (!passes.isEmpty()) {
            NETWORKS.put(net.name() + " at " + batch, passes);
        }
    }

    private static List<Gpu> gpus() throws IOException {
        List<Gpu> gpus = new ArrayList<>();
        try (Stream<Path> files = Files.list(DEVICES)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                JsonNode gpu = new ObjectMapper().readTree(file.toFile());
                gpus.add(
                        new Gpu(
                                gpu.get("deviceName").asText().replaceFirst("^NVIDIA ", ""),
                                gpu.get("deviceVer").asInt() / 10,
                                file,
                                gpu.get("totalGlobalMem").asLong()));
            }
        }
        assertEquals(5, gpus.size());
        return gpus;
    }

    private static Map<String, List<Engine>> answers(Gpu gpu, List<String> lines)
            throws IOException, InterruptedException {
        List<String> answers =
                Prepared.ask("engines", gpu.file().toAbsolutePath().toString(), lines);
        assertEquals(lines.size(), answers.size(), gpu.name());
        Map<String, List<Engine>> engines = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            engines.put(lines.get(i), Engine.list(answers.get(i).strip()));
        }
        return engines;
    }

    /** Prints the table, and compares it with the page's. */
    @Test
    void everyPassHasADeterministicEngineWithinTheCap() throws IOException {
        Table table = table(Long.MAX_VALUE, engine -> true);
        List<String> text = new ArrayList<>();
        text.add(head());
        text.add("| --- |" + " --- |".repeat(NETWORKS.size()));
        table.rows.forEach((row, cells) -> text.add(line(row, cells)));
        text.forEach(System.out::println);
        Files.write(Prepared.file("engines.md"), text);
        assertEquals(List.of(), table.lacking);

        List<String> page = Files.readAllLines(PAGE);
        List<String> fewer = new ArrayList<>();
        table.rows.forEach(
                (row, cells) -> {
                    List<EngineCell> before =
                            page.stream()
                                    .filter(line -> line.startsWith("| " + row + " |"))
                                    .findFirst()
                                    .map(EngineCell::parse)
                                    .orElse(List.of());
                    boolean complete = before.size() == cells.size();
                    for (int i = 0; complete && i < cells.size(); i++) {
                        complete = !cells.get(i).fewerThan(before.get(i));
                    }
                    if (!complete) {
                        fewer.add("now: " + line(row, cells) + ", before: " + before);
                    }
                });
        assertTrue(page.contains(head()), "expected this in " + PAGE + ": " + head());
        assertEquals(List.of(), fewer, "fewer engines than " + PAGE + " says");
    }

    /** A check that passes whatever cuDNN answers would be none. */
    @Test
    void whatIsLackingIsFound() {
        int passes =
                NETWORKS.values().stream().mapToInt(List::size).sum()
                        * ANSWERS.keySet().stream().mapToInt(gpu -> gpu.precisions().size()).sum();
        Predicate<Engine> transformed = engine -> engine.notes().contains("fft");
        assertEquals(passes, table(Long.MAX_VALUE, transformed).lacking.size());
        assertEquals(passes, table(-1, engine -> true).lacking.size());
        List<String> tight = table(0, engine -> !engine.deterministic()).lacking;
        assertEquals(passes, tight.size());
        assertTrue(tight.stream().anyMatch(line -> line.contains("no deterministic engine of")));
    }

    /** What the backend will ask with numbers of half the bytes, and with channels last. */
    @Test
    void halfPrecisionAndChannelsLastCanBeAsked() throws Exception {
        CudaAsked.Pass pass = NETWORKS.values().iterator().next().get(0);
        List<String> half = List.of(pass.line(HALF, "nchw"), pass.line(HALF, "nhwc"));
        List<String> bfloat16 = List.of(pass.line(BFLOAT16, "nchw"), pass.line(BFLOAT16, "nhwc"));
        for (Gpu gpu : ANSWERS.keySet()) {
            boolean old = gpu.architecture < OLDEST_BFLOAT16;
            answers(gpu, half).values().forEach(engines -> assertFalse(engines.isEmpty()));
            answers(gpu, bfloat16).values().forEach(e -> assertEquals(old, e.isEmpty(), gpu.name));
        }
    }

    private static Table table(long most, Predicate<Engine> wanted) {
        Table table = new Table(new LinkedHashMap<>(), new ArrayList<>());
        ANSWERS.forEach(
                (gpu, answers) -> {
                    long cap = Math.min(most, CudaAsked.mostWorkspace(gpu.memory));
                    for (CudaAsked.Precision precision : gpu.precisions()) {
                        String row = gpu.name + ", " + precision.name();
                        List<EngineCell> cells = new ArrayList<>();
                        NETWORKS.forEach(
                                (network, passes) -> {
                                    List<String> lacking = new ArrayList<>();
                                    cells.add(
                                            EngineCell.of(
                                                    engines(passes, precision, answers),
                                                    cap,
                                                    e -> e.allowed(precision) && wanted.test(e),
                                                    lacking));
                                    lacking.forEach(
                                            l ->
                                                    table.lacking.add(
                                                            row + ", " + network + ": " + l));
                                });
                        table.rows.put(row, cells);
                    }
                });
        return table;
    }

    private static Map<String, List<Engine>> engines(
            List<CudaAsked.Pass> passes,
            CudaAsked.Precision precision,
            Map<String, List<Engine>> answers) {
        return passes.stream()
                .map(pass -> pass.line(precision.type(), LAYOUT))
                .collect(Collectors.toMap(line -> line, answers::get));
    }

    private static String head() {
        return NETWORKS.entrySet().stream()
                .map(n -> n.getKey() + ": " + n.getValue().size() + " passes")
                .collect(Collectors.joining(" | ", "| GPU, precision | ", " |"));
    }

    private static String line(String row, List<EngineCell> cells) {
        return cells.stream()
                .map(EngineCell::toString)
                .collect(Collectors.joining(" | ", "| " + row + " | ", " |"));
    }
}
