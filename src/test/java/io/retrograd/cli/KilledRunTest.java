package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.cli.ShortLivedRuns.Ended;
import io.retrograd.cli.ShortLivedRuns.Moment;
import io.retrograd.interop.Npy;
import io.retrograd.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Kills runs at random moments, has them go on, and compares them with ones that nobody killed.
 *
 * <p>{@code -Dretrograd.kills=N} kills each kind of run N times; without it some kinds are killed a
 * few times. To cover another kind, add it to {@link Kind}. {@code -Dretrograd.kill=NAME} takes one
 * kind alone.
 */
@Tag("slow")
@DisabledOnOs(OS.WINDOWS)
class KilledRunTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final boolean MANY = System.getProperty("retrograd.kills") != null;
    private static final int KILLS = Integer.getInteger("retrograd.kills", 4);

    /** A run is killed up to so often, and then another one begins. */
    private static final int KILLS_A_RUN = 20;

    /** Of training: little of a run, so that it is killed often before it ends. */
    private static final int LONGEST_MILLIS = 300;

    /** Checkpoints one behind the other, so that most kills meet one that is written. */
    private static final String OFTEN = " --no-check --seed 7 --checkpoint-every 1steps --keep 2";

    private static final String MUCH =
            OFTEN
                    + " --schedule plateau --ema 0.9 --accumulate 2 --early-stop 3 --l2 1e-4"
                    + " --clip-norm 1";

    /** A kind of run, small enough to be killed a thousand times. */
    enum Kind {
        CPU("digits --device cpu --deterministic --epochs 4" + MUCH),
        PLAN("digits --device cpu --threads 2 --optimizer sgd --epochs 4" + MUCH),
        REFERENCE("digits --device reference --model mlp --optimizer nadam --epochs 4" + MUCH),
        TEXTS("language-id --device cpu --deterministic --optimizer muon --epochs 2" + MUCH),
        FOLDER(
                "folder --data pictures --device cpu --deterministic --size 16 --epochs 3 --batch 8"
                        + " --augment flip,crop,jitter,cutout --workers 2 --label-smoothing 0.1"
                        + " --schedule one_cycle"
                        + OFTEN),
        MIXUP(
                "folder --data pictures --device reference --model mlp --size 16 --epochs 3"
                        + " --batch 5 --augment flip,mixup --workers 2 --split hash"
                        + OFTEN),
        TABLE("csv --data table.csv --label class --device cpu --epochs 6 --batch 4" + MUCH),
        ARRAYS("npy --data arrays --device cpu --epochs 6 --batch 7" + MUCH),
        FROZEN(
                "digits --device cpu --epochs 3 --freeze 0.* --freeze 1.* --freeze-norms"
                        + " --unfreeze-after 1 --optimizer adam --schedule cosine --warm-up 1"
                        + OFTEN),
        GPU("digits --device cuda-standin --model mlp --epochs 2" + MUCH);

        private final String arguments;

        Kind(String arguments) {
            this.arguments = arguments;
        }
    }

    @TempDir private static Path folder;

    private final Random random = new Random(1);
    private ShortLivedRuns commands;
    private int kills;
    private int inCheckpoints;

    @BeforeAll
    static void makeData() throws IOException {
        StringBuilder table = new StringBuilder("a,b,c,class\n");
        for (int i = 0; i < 120; i++) {
            table.append(
                    String.format(
                            "%d,%.3f,%d,%s%n", i % 7, i * 0.1, i * i % 11, "xyz".charAt(i % 3)));
        }
        Files.writeString(folder.resolve("table.csv"), table);
        double[] x = new double[100 * 6];
        Arrays.setAll(x, i -> Math.sin(i * i));
        long[] y = new long[100];
        Arrays.setAll(y, i -> i % 3);
        Path arrays = Files.createDirectory(folder.resolve("arrays"));
        Npy.write(arrays.resolve("x.npy"), Shape.of(y.length, 6), x);
        Npy.write(arrays.resolve("y.npy"), Shape.of(y.length), y);
        for (int i = 0; i < 90; i++) {
            Path of = Files.createDirectories(folder.resolve("pictures/" + "xyz".charAt(i % 3)));
            BufferedImage image = new BufferedImage(17 + i % 5, 18, BufferedImage.TYPE_INT_RGB);
            for (int at = 0; at < image.getWidth() * image.getHeight(); at++) {
                int color = (at * (i % 3 + 1) * 0x030507) ^ (i * 0x0b0d11);
                image.setRGB(at % image.getWidth(), at / image.getWidth(), color & 0xFFFFFF);
            }
            ImageIO.write(image, "png", of.resolve(i + ".png").toFile());
        }
    }

    static Stream<Kind> kinds() {
        String one = System.getProperty("retrograd.kill");
        return Stream.of(Kind.values())
                .filter(kind -> one == null || kind.name().equals(one))
                .filter(kind -> MANY || kind == Kind.CPU || kind == Kind.FOLDER);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void goesOnAsIfNobodyHadKilledIt(Kind kind) throws Exception {
        if (kind == Kind.GPU) {
            Gpu.assumeBuilt();
        }
        commands = new ShortLivedRuns(folder);
        long begin = System.nanoTime();
        Path whole = folder.resolve(kind + "-whole");
        assertEquals(0, run(train(kind, whole), ShortLivedRuns.never()).exit());
        int runs = 0;
        for (; kills < KILLS; runs++) {
            Path killed = folder.resolve(kind + "-" + runs);
            kill(kind, killed);
            compare(whole, killed);
        }
        System.out.printf(
                "%s: %d kills in %d runs, %d of them in a checkpoint's write, %.2f s each%n",
                kind, kills, runs, inCheckpoints, (System.nanoTime() - begin) * 1e-9 / kills);
    }

    /** Kills a run until it ends by itself. */
    private void kill(Kind kind, Path run) throws Exception {
        int most = Math.min(KILLS, kills + KILLS_A_RUN);
        Moment first = commands.afterAnnouncement(random.nextInt(LONGEST_MILLIS));
        Ended ended = run(train(kind, run), first);
        while (ended.exit() != 0) {
            count(run);
            int written = newest(run);
            List<String> resume = List.of("train", "--resume", run.toString());
            ended = run(resume, kills < most ? moment(run) : ShortLivedRuns.never());
            boolean goesOn = ended.said().contains("going on from update ");
            boolean anew = ended.said().contains("no checkpoint yet, from the beginning");
            assertTrue(written == 0 ? !goesOn : !anew, written + ": " + ended.said());
        }
    }

    private static List<String> train(Kind kind, Path run) {
        List<String> arguments = new ArrayList<>(List.of("train"));
        for (String word : kind.arguments.split(" ", -1)) {
            boolean file = List.of("pictures", "arrays", "table.csv").contains(word);
            arguments.add(file ? folder.resolve(word).toString() : word);
        }
        arguments.addAll(List.of("--runs", folder.toString(), "--name"));
        arguments.add(String.valueOf(run.getFileName()));
        return arguments;
    }

    /** Any, or one at which a checkpoint's file is written, or has its tensors and no JSON yet. */
    private Moment moment(Path run) {
        Path checkpoints = run.resolve("checkpoints");
        int nth = 1 + random.nextInt(6);
        return switch (random.nextInt(5)) {
            case 0 -> ShortLivedRuns.after(random.nextInt(1000 + LONGEST_MILLIS));
            case 1 -> commands.afterAnnouncement(random.nextInt(LONGEST_MILLIS));
            case 2 -> ShortLivedRuns.atFile(checkpoints, ".safetensors", nth);
            default -> ShortLivedRuns.atFile(checkpoints, ".part", nth);
        };
    }

    private Ended run(List<String> arguments, Moment moment) throws Exception {
        Ended ended = commands.run(arguments, moment, ProcessHandle::destroyForcibly);
        int killed = 128 + 9;
        assertTrue(ended.exit() == 0 || ended.exit() == killed, ended.exit() + ": " + ended.said());
        return ended;
    }

    private void count(Path run) throws IOException {
        kills++;
        List<String> names = names(run.resolve("checkpoints"));
        long tensors = names.stream().filter(name -> name.endsWith(".safetensors")).count();
        long whole = names.stream().filter(name -> name.endsWith(".json")).count();
        if (tensors > whole || names.stream().anyMatch(name -> name.endsWith(".part"))) {
            inCheckpoints++;
        }
    }

    /** The number of the newest checkpoint; 0 without one. */
    private static int newest(Path run) throws IOException {
        return names(run.resolve("checkpoints")).stream()
                .filter(name -> name.endsWith(".json"))
                .mapToInt(name -> Integer.parseInt(name.replaceAll("[^0-9]", "")))
                .max()
                .orElse(0);
    }

    private static List<String> names(Path in) {
        String[] names = in.toFile().list();
        return names == null ? List.of() : List.of(names);
    }

    private static void compare(Path whole, Path again) throws IOException {
        assertArrayEquals(
                Files.readAllBytes(whole.resolve("model.safetensors")),
                Files.readAllBytes(again.resolve("model.safetensors")));
        assertEquals(history(whole), history(again));
        assertEquals(summary(whole), summary(again));
        assertEquals(Set.copyOf(names(whole)), Set.copyOf(names(again)));
        List<String> left = names(again.resolve("checkpoints"));
        assertTrue(left.size() <= 4, () -> "old checkpoints stay: " + left);
    }

    /** SIGTERM, as Java cannot send SIGINT; both go through one handler. */
    @Test
    void whatIsAskedToStopLeavesACheckpoint(@TempDir Path own) throws Exception {
        commands = new ShortLivedRuns(folder);
        String train = "train digits --device reference --no-check --runs " + own + " --name ";
        Ended stopped =
                commands.run(
                        Arrays.asList((train + "stopped").split(" ")),
                        commands.afterAnnouncement(1),
                        ProcessHandle::destroy);
        assertEquals(143, stopped.exit(), stopped.said());
        assertTrue(
                stopped.said().contains("go on with: retrograd train --resume " + own),
                stopped.said());
        assertEquals(2, names(own.resolve("stopped/checkpoints")).size());
        String resume = "train --resume stopped --runs " + own;
        Cli contradiction = Cli.run((resume + " --lr 0.5").split(" "));
        assertEquals(2, contradiction.exit());
        assertTrue(
                contradiction.err().startsWith("retrograd: --lr: expected none"),
                contradiction.err());
        Cli another = Cli.run((resume + " mnist").split(" "));
        assertEquals(2, another.exit(), another.err());
        Path model = own.resolve("stopped/model.safetensors");
        Files.deleteIfExists(model);
        Files.createDirectory(model);
        Cli failed = Cli.run(resume.split(" "));
        assertEquals(1, failed.exit(), failed.err());
        assertTrue(
                failed.err().startsWith("retrograd: " + model + ": cannot be written: ")
                        && failed.err()
                                .contains("go on with retrograd train --resume " + own + "/stopped")
                        && failed.err().strip().lines().count() == 1,
                failed.err());
        assertEquals(2, names(own.resolve("stopped/checkpoints")).size());
        Cli listed = Cli.run("runs", "--runs", own.toString(), "--json");
        assertEquals(
                "begun", JSON.readTree(listed.out()).path("runs").path(0).path("state").asText());
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
