package io.retrograd.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * A user's own labelled texts: a file of {@link LabelledLines}, of which some are taken to test on,
 * or a folder with {@code train.tsv} and {@code test.tsv}. The vocabulary is that of the texts to
 * train on.
 */
public final class TextFiles {
    private static final int LONGEST = 200;

    private TextFiles() {}

    /**
     * Reads them.
     *
     * @param shortest tokens of a text, at least; shorter ones are padded, as all are to the length
     *     of the longest
     * @param split the split of a single file
     * @param seed the seed of the split
     * @throws IllegalArgumentException for a folder with a split that draws
     * @throws IOException if a file cannot be read or has a bad line, a label is only in the texts
     *     to test on, or none are left to test on; the message names the file
     */
    public static TrainTest load(
            Path path, Vocabulary.Unit unit, int shortest, Split split, long seed)
            throws IOException {
        if (!Files.isDirectory(path)) {
            LabelledLines all = LabelledLines.read(path);
            int[] labels = all.labels().stream().mapToInt(Integer::intValue).toArray();
            BitSet test = split.test(labels, all.names().size(), seed);
            BitSet train = new BitSet();
            train.set(0, labels.length);
            train.andNot(test);
            if (test.isEmpty() || train.isEmpty()) {
                throw new IOException(
                        path + ": expected enough lines to train and to test on, got too few");
            }
            return encode(all.part(train), all.part(test), unit, shortest);
        }
        if (split != Split.CLASSIC) {
            throw new IllegalArgumentException(
                    path + " has texts to test on; expected split classic");
        }
        LabelledLines train = LabelledLines.read(path.resolve("train.tsv"));
        Path file = path.resolve("test.tsv");
        return encode(train, LabelledLines.read(file).named(train.names(), file), unit, shortest);
    }

    private static TrainTest encode(
            LabelledLines train, LabelledLines test, Vocabulary.Unit unit, int shortest) {
        Vocabulary vocabulary = Vocabulary.of(unit, train.texts(), unit.largestVocabulary());
        int longest = train.texts().stream().mapToInt(vocabulary::length).max().orElse(1);
        int length = Math.max(Math.max(1, shortest), Math.min(longest, LONGEST));
        return new TrainTest(train.encode(vocabulary, length), test.encode(vocabulary, length));
    }
}
