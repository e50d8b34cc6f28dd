package io.retrograd.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.data.Vocabulary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trains on labelled texts of a user's own. */
class TrainTextTest {
    private static final List<String> GOOD = List.of("fine", "lovely", "bright", "warm");
    private static final List<String> BAD = List.of("dull", "dreadful", "dark", "cold");

    @TempDir private Path folder;

    @Test
    void learnsFromAFileAndKeepsVocabularyAndLabels() throws IOException {
        Path file = folder.resolve("reviews.tsv");
        Files.write(file, lines(80));
        Cli cli = train("text", file, "--model", "cnn-bigru", "--baseline", "--json");
        assertEquals(0, cli.exit(), cli.err());
        assertTrue(cli.err().contains(" on 64 texts of text (stratified split"), cli.err());
        assertTrue(cli.err().contains("labels from 0: bad, good"), cli.err());
        double accuracy = new ObjectMapper().readTree(cli.out()).get("test_accuracy").asDouble();
        assertEquals(1, accuracy);
        Path run = folder.resolve("runs").resolve("mine");
        assertEquals(List.of("bad", "good"), Files.readAllLines(run.resolve("labels.txt")));
        Vocabulary vocabulary = Vocabulary.load(run.resolve("vocabulary.txt"));
        assertEquals(2 + GOOD.size() + BAD.size() + 1, vocabulary.size());
        asksAboutTypedTexts(run);
    }

    private void asksAboutTypedTexts(Path run) throws IOException {
        String[] typed = {"" + run, "--text", "warm day lovely", "--text", "dark day"};
        Cli predict = Cli.run(join("predict", typed, "--device", "reference"));
        assertEquals(0, predict.exit(), predict.err());
        assertTrue(predict.out().matches("(?s).*warm day lovely +0  good .*dark day +1  bad .*"));
        Path out = folder.resolve("explained");
        Cli explain = Cli.run(join("explain", typed, "--device", "reference", "--out", "" + out));
        assertEquals(0, explain.exit(), explain.err());
        assertTrue(Files.readString(out.resolve("explain.html")).contains(">lovely</span>"));
        JsonNode texts =
                new ObjectMapper().readTree(out.resolve("explain.json").toFile()).get("texts");
        JsonNode first = texts.get(0);
        assertEquals("good", first.get("label").asText());
        JsonNode method = first.get("methods").get(0);
        assertEquals("integrated-gradients", method.get("method").asText());
        JsonNode shares = method.get("shares");
        double day = shares.get(1).asDouble();
        assertTrue(shares.get(0).asDouble() > day && shares.get(2).asDouble() > day, "" + shares);
        double sum = shares.get(0).asDouble() + day + shares.get(2).asDouble();
        double expected = method.at("/completeness/expected").asDouble();
        assertEquals(expected, sum, 0.01 * Math.abs(expected));
        refused("predict " + run + " some.npy --text day", "--text: expected no INPUT");
        refused("explain " + run + " --text day --sanity", "--text: expected no --features");
        refused("explain " + run + " --text day --method saliency", "--method: expected");
        Files.delete(run.resolve("vocabulary.txt"));
        refused("predict " + run + " --text day", "--text: expected the run of a network of texts");
    }

    private static String[] join(String command, String[] typed, String... more) {
        return Stream.of(new String[] {command}, typed, more)
                .flatMap(Stream::of)
                .toArray(String[]::new);
    }

    @Test
    void testsOnAFileOfItsOwn() throws IOException {
        Files.write(folder.resolve("train.tsv"), lines(40));
        Files.write(folder.resolve("test.tsv"), lines(12));
        Cli cli = train("text", folder, "--model", "char-cnn-bigru");
        assertEquals(0, cli.exit(), cli.err());
        assertTrue(cli.out().contains(" on 40 texts of text (classic split"), cli.out());
        assertTrue(cli.out().contains("on 12 texts"), cli.out());
    }

    /** Shorter than the network's pooling: they are padded, and loaded again so. */
    @Test
    void learnsFromTextsOfOneWord() throws IOException {
        Path file = folder.resolve("words.tsv");
        Files.writeString(file, "good\tfine\nbad\tdull\n".repeat(20));
        Cli cli = train("text", file, "--early-stop", "1", "--drop-last", "--batch", "8", "--json");
        assertEquals(0, cli.exit(), cli.err());
        assertTrue(cli.err().contains("kept the parameters of epoch "), cli.err());
        assertTrue(new ObjectMapper().readTree(cli.out()).get("best_epoch").asInt() >= 1);
        String run = folder.resolve("runs").resolve("mine").toString();
        Cli flow = Cli.run("gradflow", run, "--data", file.toString(), "--device", "reference");
        assertEquals(0, flow.exit(), flow.err());
    }

    @Test
    void refusesWhatItCannotTrainOn() throws IOException {
        Files.write(folder.resolve("train.tsv"), lines(8));
        refused("train text", "name them with --data PATH");
        refused(text("--split", "stratified"), "expected split classic");
        refused(text(), "test.tsv");
        Files.write(folder.resolve("test.tsv"), List.of("ugly\tdull day"));
        refused(text(), "expected one of the labels to train on, [bad, good], got ugly");
        Files.write(folder.resolve("test.tsv"), List.of("good\tfine day", "no label"));
        refused(text(), "test.tsv, line 2: expected label<TAB>text");
        Files.write(folder.resolve("one.tsv"), List.of("good\tfine day"));
        refused("train text --data " + folder.resolve("one.tsv"), "got too few");
        refused("train digits --baseline", "expected a data set of texts");
    }

    private String text(String... more) {
        return "train text --data " + folder + " " + String.join(" ", more);
    }

    private static void refused(String command, String message) {
        Cli cli = Cli.run(command.strip().split(" "));
        assertTrue(cli.exit() != 0, command);
        assertTrue(cli.err().contains(message), cli.err());
        assertTrue(!cli.err().contains("\tat "), cli.err());
    }

    private Cli train(String dataset, Path data, String... more) {
        List<String> arguments = new ArrayList<>(List.of("train", dataset, "--data", "" + data));
        arguments.addAll(List.of("--epochs", "6", "--device", "cpu", "--name", "mine"));
        arguments.addAll(List.of("--runs", "" + folder.resolve("runs")));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray(String[]::new));
    }

    /** Two words that reveal the class, and one that does not. */
    private static List<String> lines(int count) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<String> words = i % 2 == 0 ? GOOD : BAD;
            String first = words.get(i / 2 % words.size());
            String second = words.get(i / 3 % words.size());
            lines.add((i % 2 == 0 ? "good" : "bad") + "\t" + first + " day " + second);
        }
        return lines;
    }
}
