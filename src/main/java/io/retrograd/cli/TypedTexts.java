package io.retrograd.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.data.Vocabulary;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Texts that a user types, as the network of a run reads them.
 *
 * @param path the run's folder
 * @param length tokens of a sample
 */
record TypedTexts(Path path, Vocabulary vocabulary, int length, List<String> texts)
        implements PredictInput {
    TypedTexts {
        texts = List.copyOf(texts);
    }

    /** Refuses a text that is none. */
    static void check(List<String> texts) {
        if (texts.stream().anyMatch(String::isBlank)) {
            throw Values.wrong("--text", "a text", "none");
        }
    }

    /**
     * Texts for a run.
     *
     * @throws IllegalArgumentException if the run is not one of texts, or inputs follow it
     */
    static TypedTexts of(Path run, List<Path> inputs, List<String> texts) throws IOException {
        if (!inputs.isEmpty()) {
            throw new IllegalArgumentException(
                    "--text: expected no INPUT behind the run, got " + inputs.get(0));
        }
        Path file = run.resolve("vocabulary.txt");
        JsonNode length = Json.read(run.resolve("summary.json")).path("sample_shape").path(0);
        if (!Files.isRegularFile(file) || length.asInt() < 1) {
            throw new IllegalArgumentException(
                    String.format(
                            "--text: expected the run of a network of texts, with its"
                                    + " vocabulary.txt, got %s",
                            run));
        }
        return new TypedTexts(run, Vocabulary.load(file), length.asInt(), texts);
    }

    /** A text's tokens, and padding behind them. */
    double[] tokens(String text) {
        int[] numbers = new int[length];
        vocabulary.encode(text, numbers);
        double[] tokens = new double[length];
        for (int i = 0; i < length; i++) {
            tokens[i] = numbers[i];
        }
        return tokens;
    }

    /** The pieces of a text that the network reads. */
    List<String> read(String text) {
        List<String> all = vocabulary.split(text);
        return all.subList(0, Math.min(length, all.size()));
    }

    /** What of the texts the network does not read, for people; empty where it reads all. */
    List<String> notes() {
        return texts.stream()
                .filter(text -> vocabulary.length(text) > length)
                .map(
                        text ->
                                String.format(
                                        "read are the first %d of %d tokens of '%s'",
                                        length, vocabulary.length(text), text))
                .toList();
    }

    @Override
    public String name(long index) {
        return texts.get(Math.toIntExact(index));
    }

    @Override
    public long samples() {
        return texts.size();
    }

    @Override
    public Shape shape() {
        return Shape.of(length);
    }

    @Override
    public void read(long first, int count, double[] into) {
        for (int i = 0; i < count; i++) {
            System.arraycopy(tokens(name(first + i)), 0, into, i * length, length);
        }
    }

    @Override
    public void close() {}
}
