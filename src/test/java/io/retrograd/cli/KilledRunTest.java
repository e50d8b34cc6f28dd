package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retrograd.ChildJava;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills runs at random moments, has them go on, and compares them with ones that nobody killed.
 *
 * <p>{@code -Dretrograd.kills=N} kills each kind of run N times; without it one kind is killed a
 * few times.
 */
@DisabledOnOs(OS.WINDOWS)
class KilledRunTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KILLS = Integer.getInteger("retrograd.kills", 2);
    private static final boolean MANY = System.getProperty("retrograd.kills") != null;

    /** Checkpoints one behind the other, so that most kills meet one that is written. */
    private static final String ALL =
            " --no-check --seed 7 --checkpoint-every 1steps --keep 2 --epochs 5 --schedule plateau"
                    + " --ema 0.9 --accumulate 2 --early-stop 3 --l2 1e-4 --clip-norm 1";

    @TempDir private Path folder;
    private final Random random = new Random(1);
    private int killed;
    private String said = "";

    @Test
    void digitsOnTheCpu() throws Exception {
        survives("digits --device cpu --deterministic" + ALL);
    }

    @Test
    void digitsOnTheCpuByAPlan() throws Exception {
        if (MANY) {
            survives("digits --device cpu --threads 2 --optimizer sgd" + ALL);
        }
    }

    @Test
    void digitsOnTheReference() throws Exception {
        if (MANY) {
            survives(
                    "digits --device reference --optimizer nadam"
                            + ALL.replace("epochs 5", "epochs 1"));
        }
    }

    @Test
    void texts() throws Exception {
        if (MANY) {
            survives(
                    "language-id --device cpu --deterministic --optimizer muon"
                            + ALL.replace("epochs 5", "epochs 2"));
        }
    }

    /** SIGTERM, as Java cannot send SIGINT; both go through one handler. */
    @Test
    void whatIsAskedToStopLeavesACheckpoint() throws Exception {
        String train = "train digits --device reference --no-check --runs " + folder + " --name ";
        assertEquals(143, run((train + "stopped").split(" "), 1, ProcessHandle::destroy));
        assertTrue(said.contains("go on with: retrograd train --resume " + folder), said);
        try (Stream<Path> files = Files.list(folder.resolve("stopped/checkpoints"))) {
            assertEquals(2, files.count());
        }
        String resume = "train --resume stopped --runs " + folder;
        Cli contradiction = Cli.run((resume + " --lr 0.5").split(" "));
        assertEquals(2, contradiction.exit());
        assertTrue(
                contradiction.err().startsWith("retrograd: --lr: expected none"),
                contradiction.err());
        Cli another = Cli.run((resume + " mnist").split(" "));
        assertEquals(2, another.exit(), another.err());
        Cli listed = Cli.run("runs", "--runs", folder.toString(), "--json");
        assertEquals(
                "begun", JSON.readTree(listed.out()).path("runs").path(0).path("state").asText());
    }

    private void survives(String arguments) throws Exception {
        String end = " --runs " + folder + " --name ";
        assertEquals(0, run(("train " + arguments + end + "whole").split(" "), -1));
        int exit = run(("train " + arguments + end + "killed").split(" "), moment());
        for (int i = 0; exit != 0; i++) {
            String resume = "train --runs " + folder + " --resume killed";
            exit = run(resume.split(" "), i < KILLS - 1 ? moment() : -1);
        }
        System.out.printf("%s: %d kills%n", arguments, killed);
        assertTrue(killed > 0, "it was never killed");
        Path whole = folder.resolve("whole");
        Path again = folder.resolve("killed");
        assertArrayEquals(
                Files.readAllBytes(whole.resolve("model.safetensors")),
                Files.readAllBytes(again.resolve("model.safetensors")));
        assertEquals(history(whole), history(again));
        assertEquals(summary(whole), summary(again));
        try (Stream<Path> files = Files.list(again.resolve("checkpoints"))) {
            assertTrue(files.count() <= 4, "old checkpoints stay");
        }
    }

    /** Milliseconds of training before it is killed. */
    private int moment() {
        return random.nextInt(1200);
    }

    /**
     * Runs a command, and kills it this many milliseconds behind its first report, if not below 0.
     */
    private int run(String[] arguments, int millis) throws IOException, InterruptedException {
        return run(arguments, millis, ProcessHandle::destroyForcibly);
    }

    private int run(String[] arguments, int millis, Consumer<ProcessHandle> end)
            throws IOException, InterruptedException {
        List<String> command = ChildJava.command();
        command.addAll(
                List.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")));
        String cache = System.getProperty("retrograd.cache");
        if (cache != null) {
            command.add("-Dretrograd.cache=" + Path.of(cache).toAbsolutePath());
        }
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        StringBuilder text = new StringBuilder();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            while (line != null && (millis < 0 || !line.startsWith("training "))) {
                text.append(line).append('\n');
                line = out.readLine();
            }
            if (millis >= 0 && line != null && !process.waitFor(millis, TimeUnit.MILLISECONDS)) {
                end.accept(process.toHandle());
                killed++;
            }
            out.lines().forEach(each -> text.append(each).append('\n'));
            int exit = process.waitFor();
            said = text.toString();
            assertTrue(exit == 0 || exit == 137 || exit == 143, exit + ": " + said);
            return exit;
        }
    }

    private static List<JsonNode> history(Path run) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        for (String line : Files.readAllLines(run.resolve("history.jsonl"))) {
            lines.add(
                    ((ObjectNode) JSON.readTree(line))
                            .without(List.of("seconds", "images_per_second", "data_wait_seconds")));
        }
        return lines;
    }

    private static JsonNode summary(Path run) throws IOException {
        return ((ObjectNode) JSON.readTree(Files.readString(run.resolve("summary.json"))))
                .without(List.of("train_seconds", "command"));
    }
}
