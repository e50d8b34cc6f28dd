package io.retrograd.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.data.Vocabulary.Unit;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Vocabularies, labelled lines, and the names in 16 languages. */
class TextsTest {
    @TempDir private Path folder;

    @Test
    void numbersTheMostFrequentFirst() {
        Vocabulary words = Vocabulary.of(Unit.WORDS, List.of("a b b", " b  c c a c c"), 10);
        assertEquals(5, words.size());
        int[] tokens = new int[6];
        words.encode("c b a d", tokens);
        assertArrayEquals(new int[] {2, 3, 4, 1, 0, 0}, tokens);
        words.encode("  ", tokens);
        assertArrayEquals(new int[] {1, 0, 0, 0, 0, 0}, tokens);
        assertEquals(3, Vocabulary.of(Unit.WORDS, List.of("a b b"), 3).size());
    }

    /** A character outside the basic plane is one token; short texts are cut. */
    @Test
    void readsWhatItHasSaved() throws IOException {
        Vocabulary made = Vocabulary.of(Unit.CHARACTERS, List.of("añ\uD83D\uDE00 \n\tš"), 100);
        Path file = folder.resolve("vocabulary.txt");
        made.save(file);
        Vocabulary read = Vocabulary.load(file);
        assertEquals(made.size(), read.size());
        int[] first = new int[5];
        int[] second = new int[5];
        made.encode("š\uD83D\uDE00\nñz", first);
        read.encode("š\uD83D\uDE00\nñz", second);
        assertArrayEquals(first, second);
        assertEquals(5, made.length("š\uD83D\uDE00\nñz"));
        Files.writeString(file, "WORDS\n61\nnumber\n");
        IOException e = assertThrows(IOException.class, () -> Vocabulary.load(file));
        assertTrue(String.valueOf(e.getMessage()).contains("line 3"), e.getMessage());
    }

    @Test
    void unknownTokensAreDrawnAndPaddingStays() {
        double[] x = new double[1000];
        Arrays.fill(x, 0, 900, 7);
        double[] again = x.clone();
        new UnknownTokens(0.1).apply(x, 0, Shape.of(1000), 1, 2);
        new UnknownTokens(0.1).apply(again, 0, Shape.of(1000), 1, 2);
        assertArrayEquals(x, again);
        long unknown = Arrays.stream(x).filter(v -> v == Vocabulary.UNKNOWN).count();
        assertTrue(unknown > 50 && unknown < 130, unknown + " unknown");
        assertEquals(100, Arrays.stream(x).filter(v -> v == Vocabulary.PADDING).count());
        assertThrows(IllegalArgumentException.class, () -> new UnknownTokens(1));
    }

    @Test
    void readsLabelledLines() throws IOException {
        Path file = folder.resolve("lines.tsv");
        Files.writeString(file, "\uFEFFspam\tbuy now\r\n\nham\tsee you\tthere\nspam\tà bas prix");
        LabelledLines lines = LabelledLines.read(file);
        assertEquals(List.of("ham", "spam"), lines.names());
        assertEquals(List.of(1, 0, 1), lines.labels());
        assertEquals(List.of("buy now", "see you\tthere", "à bas prix"), lines.texts());
        Texts texts = lines.encode(Vocabulary.of(Unit.WORDS, lines.texts(), 100), 2);
        double[] sample = new double[4];
        texts.sample(1, sample, 1);
        assertEquals(0, sample[0]);
        assertTrue(sample[1] >= 2 && sample[2] >= 2);
        assertEquals(2, texts.classes());
    }

    @ParameterizedTest
    @CsvSource({"'a\tb\nonly text\n', 2", "'a\tb\n\n\tb\n', 3", "'a\t \n', 1"})
    void aLineWithoutLabelOrTextIsRefusedWithItsNumber(String content, int line)
            throws IOException {
        Path file = folder.resolve("lines.tsv");
        Files.writeString(file, content);
        refused(file, "line " + line + ": expected label<TAB>text");
    }

    @Test
    void badEncodingIsRefusedWithItsLine() throws IOException {
        Path file = folder.resolve("lines.tsv");
        Files.write(file, "a\tb\nc\té\n".getBytes(StandardCharsets.ISO_8859_1));
        refused(file, "line 2: expected UTF-8");
        Files.write(file, new byte[0]);
        refused(file, "got none");
    }

    private static void refused(Path file, String message) {
        IOException e = assertThrows(IOException.class, () -> LabelledLines.read(file));
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }

    /** No name is in two languages or in both parts; naive Bayes gets about 84 %. */
    @Test
    void namesOfLanguagesAreSplitByWhatTheyStandFor() {
        TrainTest parts = LanguageId.load();
        Texts train = (Texts) parts.train();
        Texts test = (Texts) parts.test();
        assertTrue(train.size() > 6000 && test.size() > 1200, train.size() + " " + test.size());
        Set<String> seen = new HashSet<>();
        for (Texts part : List.of(train, test)) {
            Set<Integer> labels = new HashSet<>();
            for (int i = 0; i < part.size(); i++) {
                assertTrue(seen.add(part.text(i)), part.text(i));
                labels.add(part.label(i));
            }
            assertEquals(16, labels.size());
        }
        double share = (double) test.size() / seen.size();
        assertEquals(0.2, share, 0.05);
        assertEquals(0.84, new NaiveBayes(train).accuracy(test), 0.03);
    }

    /** Windows' editors put a mark before a file; files that are joined have it in the middle. */
    @Test
    void marksOfJoinedFilesMakeNoLabels() throws IOException {
        Path file = folder.resolve("joined.tsv");
        Files.writeString(file, "\uFEFFa\tone\n\uFEFFa\ttwo\nb\tthree\n");
        assertEquals(List.of("a", "b"), LabelledLines.read(file).names());
        for (String bad : List.of("a\tone\uFEFFb\ttwo\n", "a\uFEFF\tone\n", " \uFEFFa\tone\n")) {
            Files.writeString(file, "a\tzero\n" + bad);
            IOException e = assertThrows(IOException.class, () -> LabelledLines.read(file));
            String told = String.valueOf(e.getMessage());
            assertTrue(told.contains("line 2") && told.contains("byte order mark"), told);
        }
    }

    /** Pooling by 2 wants two tokens; nobody's one-word text has them. */
    @Test
    void textsArePaddedToTheShortestLengthAskedFor() throws IOException {
        Path file = Files.writeString(folder.resolve("words.tsv"), "a\tone\nb\ttwo\n".repeat(10));
        TrainTest parts = TextFiles.load(file, Unit.WORDS, 2, Split.STRATIFIED, 1);
        assertEquals(Shape.of(2), parts.train().sampleShape());
        assertEquals(Shape.of(2), parts.test().sampleShape());
        assertEquals(
                Shape.of(1),
                TextFiles.load(file, Unit.WORDS, 1, Split.STRATIFIED, 1).train().sampleShape());
    }
}
