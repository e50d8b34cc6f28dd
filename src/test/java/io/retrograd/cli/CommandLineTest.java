package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.interop.Checkpoint;
import io.retrograd.model.DigitsNet;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands as a user runs them: output, exit codes, and what happens on mistakes. */
class CommandLineTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "train",
                "gradcheck",
                "parity",
                "walkthrough",
                "gradflow",
                "demo",
                "serve",
                "export",
                "summary",
                "bench",
                "devices",
                "doctor",
                "certify"
            })
    void everyCommandHasHelp(String command) {
        Cli help = Cli.run(command, "--help");
        assertEquals(0, help.exit());
        assertTrue(help.out().startsWith("Usage: retrograd " + command), help.out());
        assertEquals("", help.err());
    }

    @Test
    void withoutACommandTheUsageIsShown() {
        Cli none = Cli.run();
        assertEquals(2, none.exit());
        assertTrue(none.err().contains("Commands:"), none.err());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "frobnicate",
                "train",
                "train nowhere --no-check",
                "train mnist",
                "train mnist --data /nonexistent",
                "train digits --split thirds",
                "train digits --epochs 0",
                "train digits --batch -1",
                "train digits --lr nan",
                "train digits --optimizer newton",
                "train digits --device abacus",
                "train digits --precision float8",
                "train digits --threads -2",
                "train digits --model lenet5",
                "train digits --clip-norm -1",
                "gradcheck nothing",
                "gradcheck linear --coordinates 0",
                "summary nothing",
                "summary lenet5 --input 1,1,x",
                "summary lenet5 --input 0,1,28,28",
                "summary lenet5 --input 1,1,3,3",
                "bench --net nothing",
                "bench --net lenet5 --batch 0",
                "bench --net lenet5 --batch many",
                "bench --net lenet5 --batch 2000000000",
                "bench --net lenet5 --seconds 0",
                "bench --net lenet5 --seconds nan",
                "bench --net lenet5 --precision float8",
                "gradflow nowhere",
                "gradflow rnn --length 1",
                "gradflow rnn --length many",
                "gradflow rnn --hidden 0",
                "gradflow rnn --steps 0",
                "gradflow rnn --gain 0",
                "gradflow rnn --gain nan",
                "gradflow rnn --clip -1",
                "gradflow lstm --keep-bias infinity",
                "gradflow rnn --plot flow.svg",
                "summary mlp --plot mlp.png",
                "summary mlp --plot /nonexistent/mlp.svg",
                "gradflow rnn --plot /nonexistent/flow.png",
                "gradflow rnn --device abacus",
                "walkthrough 3",
                "walkthrough one",
                "parity",
                "parity /nonexistent"
            })
    void mistakesAreToldInALineWithoutAStackTrace(String arguments) {
        List<String> words = new ArrayList<>(List.of(arguments.split(" ")));
        if (words.size() > 1 && words.get(0).equals("train")) {
            words.addAll(List.of("--runs", folder.toString()));
        }
        Cli cli = Cli.run(words.toArray(String[]::new));
        assertTrue(cli.exit() == 1 || cli.exit() == 2, cli.toString());
        assertTrue(cli.err().startsWith("retrograd: "), cli.err());
        assertTrue(cli.err().strip().lines().count() <= 2, cli.err());
        assertFalse(cli.err().contains("\tat ") || cli.err().contains("Exception"), cli.err());
    }

    @Test
    void devicesAsJson() throws Exception {
        JsonNode devices = JSON.readTree(Cli.run("devices", "--json").lastLine()).get("devices");
        assertEquals(
                List.of("cuda", "cpu", "reference", "cuda-standin"),
                devices.findValuesAsText("device"));
        assertTrue(devices.get(1).get("usable").asBoolean());
    }

    /** ResNet's published numbers: 25,557,032 parameters, 4.09e9 multiply-adds. */
    @Test
    void summaryCounts() throws Exception {
        JsonNode resnet = summary("resnet50");
        assertEquals(25_557_032, resnet.get("parameters").asLong());
        assertEquals(4.09e9, resnet.get("multiply_adds").asDouble(), 0.01e9);
        JsonNode lenet = summary("lenet5", "--input", "64,1,28,28");
        assertEquals(61_706, lenet.get("parameters").asLong());
        assertTrue(lenet.get("inference_bytes").asLong() < lenet.get("training_bytes").asLong());
        assertTrue(Cli.run("summary", "lenet5").out().contains("61,706"));
    }

    /** Numbers of parameters as PyTorch counts those of the same networks. */
    @ParameterizedTest
    @CsvSource({"unet, 482466", "autoencoder, 210369", "unet-3d, 0", "crnn, 0"})
    void summaryKnowsNetworksThatAreNotForClasses(String name, long parameters) throws Exception {
        JsonNode summary = summary(name, "--device", "reference");
        long counted = summary.get("parameters").asLong();
        assertTrue(parameters == 0 ? counted > 0 : counted == parameters, name + ": " + counted);
    }

    @Test
    void summaryDraws() throws Exception {
        Path file = folder.resolve("net.svg");
        Cli cli = Cli.run("summary", "mlp", "--device", "reference", "--plot", file.toString());
        assertTrue(cli.out().contains("plot in " + file), cli.toString());
        assertTrue(Files.readString(file).startsWith("<svg "));
    }

    /** Deterministic: what is fastest is not looked for, and may take more memory or less. */
    private static JsonNode summary(String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("summary"));
        words.addAll(List.of(arguments));
        words.addAll(List.of("--deterministic", "--json"));
        return JSON.readTree(Cli.run(words.toArray(String[]::new)).lastLine());
    }

    @Test
    void gradcheckOfALayer() throws Exception {
        Cli table = Cli.run("gradcheck", "conv2d");
        assertEquals(0, table.exit(), table.out());
        assertTrue(table.lastLine().equals("1 passed, 0 failed"), table.out());
        JsonNode json = JSON.readTree(Cli.run("gradcheck", "linear", "--json").lastLine());
        assertEquals(0, json.get("failed").asInt());
        assertEquals(3, json.get("checks").get(0).get("tensors").size());
    }

    @Test
    void trainingWritesItsRunAndPrintsOneObject() throws Exception {
        String runs = folder.toString();
        Cli cli =
                Cli.run(
                        "train",
                        "digits",
                        "--json",
                        "--epochs",
                        "2",
                        "--seed",
                        "5",
                        "--runs",
                        runs,
                        "--name",
                        "short",
                        "--clip-norm",
                        "5",
                        "--l2",
                        "1e-4");
        assertEquals(0, cli.exit(), cli.err());
        assertEquals(1, cli.out().strip().lines().count(), cli.out());
        JsonNode result = JSON.readTree(cli.lastLine());
        for (String key :
                List.of(
                        "dataset",
                        "device",
                        "split",
                        "seed",
                        "epochs",
                        "train_seconds",
                        "test_accuracy",
                        "test_loss")) {
            assertTrue(result.has(key), key);
        }
        assertEquals(5, result.get("seed").asInt());
        assertTrue(result.get("test_accuracy").asDouble() > 0.8, cli.lastLine());
        Path run = folder.resolve("short");
        List<String> history = Files.readAllLines(run.resolve("history.jsonl"));
        assertEquals(2, history.size());
        assertEquals(2, JSON.readTree(history.get(1)).get("epoch").asInt());
        JsonNode summary = JSON.readTree(Files.readString(run.resolve("summary.json")));
        assertEquals(10, summary.get("confusion").size());
        try (Backend backend = Backends.open("reference");
                Model model =
                        Model.create(DigitsNet.of(10), Shape.of(1, 8, 8), backend, /* seed= */ 9)) {
            double[] before = model.parameter("0.weight");
            Checkpoint.load(run.resolve("model.safetensors"), model.parameters());
            assertTrue(before[0] != model.parameter("0.weight")[0]);
        }
    }

    @Test
    void aRunThatIsThereIsNotOverwritten() throws Exception {
        Files.createDirectories(folder.resolve("same"));
        assertEquals(folder.resolve("same-2"), new RunDirectory(folder, "same").folder());
        assertEquals(folder.resolve("same-3"), new RunDirectory(folder, "same").folder());
    }
}
