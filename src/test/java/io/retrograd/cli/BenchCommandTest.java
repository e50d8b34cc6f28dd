package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Required;
import io.retrograd.data.RandomBatches;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The benchmark as a user runs it, on the reference; how steps are timed is StepTimesTest's. */
class BenchCommandTest {
    private static final String STANDIN = "cuda-standin";

    private static Cli bench(String net, String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of("bench", "--net", net, "--device", "reference", "--threads", "1"));
        words.addAll(List.of("--seconds", "0.2"));
        words.addAll(List.of(more));
        return Cli.run(words.toArray(String[]::new));
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void jsonHasTheFieldsThatPeersPrint() throws Exception {
        Cli cli = bench("mlp", "--batch", "8", "--json");
        assertEquals(0, cli.exit(), cli.err());
        assertEquals(1, cli.out().lines().count(), cli.out());
        JsonNode result = new ObjectMapper().readTree(cli.out());
        assertEquals(
                List.of(
                        "net",
                        "model",
                        "batch",
                        "device",
                        "precision",
                        "threads",
                        "burst",
                        "images_per_second",
                        "step_ms",
                        "peak_rss_mb",
                        "first_step_s",
                        "host_ms",
                        "library_calls",
                        "loss"),
                names(result));
        assertEquals(List.of("min", "median", "max"), names(result.get("step_ms")));
        assertEquals("mlp", result.get("net").asText());
        assertEquals("mlp", result.get("model").asText());
        assertEquals(8, result.get("batch").asInt());
        assertEquals("reference", result.get("device").asText());
        assertEquals("float64", result.get("precision").asText());
        assertEquals(1, result.get("threads").asInt());
        double min = result.get("step_ms").get("min").asDouble();
        double median = result.get("step_ms").get("median").asDouble();
        double max = result.get("step_ms").get("max").asDouble();
        assertTrue(0 < min && min <= median && median <= max, cli.out());
        double throughput = result.get("images_per_second").asDouble();
        assertTrue(8e3 / max <= throughput && throughput <= 8e3 / min, cli.out());
        assertTrue(result.get("first_step_s").asDouble() > 0, cli.out());
        assertTrue(result.get("host_ms").isNull() && result.get("library_calls").isNull());
    }

    /** A step that is replayed takes few calls, and Java little of the time that it takes. */
    @Test
    void whatJavaDoesForAGpuIsTold() throws Exception {
        Required.assume(
                STANDIN,
                Backends.provider(STANDIN).probe().usable(),
                "the stand-in cannot be used");
        Cli cli =
                Cli.run(
                        "bench",
                        "--net",
                        "mlp",
                        "--batch",
                        "8",
                        "--seconds",
                        "0.1",
                        "--json",
                        "--device",
                        STANDIN);
        assertEquals(0, cli.exit(), cli.err());
        JsonNode result = new ObjectMapper().readTree(cli.out());
        double host = result.get("host_ms").asDouble();
        assertTrue(host > 0 && host < result.get("step_ms").get("max").asDouble(), cli.out());
        int calls = result.get("library_calls").asInt();
        assertTrue(calls > 0 && calls < 40, cli.out());
    }

    /**
     * The steps train: from ln 10 = 2.3, what ten equally likely classes cost, to much less on the
     * few images that are shown again and again.
     */
    @Test
    void theStepsTrain() throws Exception {
        Cli cli = bench("mlp", "--batch", "2", "--json");
        double loss = new ObjectMapper().readTree(cli.out()).get("loss").asDouble();
        assertTrue(loss >= 0 && loss < 0.5 * Math.log(10), cli.out());
    }

    @Test
    void textForPeople() {
        Cli cli = bench("lenet5", "--batch", "1");
        assertEquals(0, cli.exit(), cli.err());
        assertTrue(
                cli.out().startsWith("lenet5, batch 1, on reference in float64, 1 threads"),
                cli.out());
        assertTrue(cli.out().contains(" images/s"), cli.out());
        assertTrue(cli.out().contains("first step"), cli.out());
    }

    @ParameterizedTest
    @EnumSource(BenchNet.class)
    void everyNetTakesItsSamples(BenchNet net) {
        Shape output = net.network().outputShape(net.sampleShape().batch(net.batch()));
        Shape expected =
                switch (net.target()) {
                    case CLASS -> Shape.of(net.batch(), net.classes());
                    case CLASS_OF_EACH_PIXEL -> Shape.of(net.batch(), net.classes(), 128, 128);
                    case ITSELF -> net.sampleShape().batch(net.batch());
                };
        assertEquals(expected, output);
    }

    @Test
    void anUnknownNetIsRefusedWithTheKnownOnes() {
        Cli cli = bench("alexnet");
        assertEquals(2, cli.exit());
        assertTrue(cli.err().contains("resnet50") && cli.err().contains("alexnet"), cli.err());
    }

    @Test
    void aBatchBelowOneIsRefused() {
        Cli cli = bench("lenet5", "--batch", "0");
        assertEquals(2, cli.exit());
        assertTrue(cli.err().contains("--batch: expected at least 1, got 0"), cli.err());
    }

    @Test
    void imagesThatDoNotFitOnTheHeapAreRefused() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> new RandomBatches(Shape.of(1, 28, 28), null, 2_000_000, 10));
        assertTrue(e.getMessage().contains("-Xmx"), e.getMessage());
    }
}
