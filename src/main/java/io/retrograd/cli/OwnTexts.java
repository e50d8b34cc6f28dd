package io.retrograd.cli;

import io.retrograd.data.Split;
import io.retrograd.data.TextFiles;
import io.retrograd.data.TrainTest;
import io.retrograd.data.Vocabulary;
import io.retrograd.layer.Layer;
import io.retrograd.layer.TokenIds;
import io.retrograd.model.Models;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;

/** A user's own texts, as a network reads them. */
final class OwnTexts {
    private static final String BY_CHARACTER = "char-";
    private static final int LONGEST_NEEDED = 64;

    private OwnTexts() {}

    /**
     * Reads them, by character or by word, and pads them to the shortest length that the network
     * takes.
     *
     * @param path as {@link TextFiles#load} takes it
     * @param network a ready-made one's name
     */
    static TrainTest load(Path path, String network, Split split, long seed) throws IOException {
        boolean characters = network.startsWith(BY_CHARACTER);
        Vocabulary.Unit unit = characters ? Vocabulary.Unit.CHARACTERS : Vocabulary.Unit.WORDS;
        return TextFiles.load(path, unit, shortest(network), split, seed);
    }

    /** Pooling wants as many tokens as its window is wide. */
    private static int shortest(String network) {
        Models.Entry entry = Models.get(network);
        if (entry.text() == null) {
            throw new IllegalArgumentException(
                    "--model: expected a network for texts, got " + network);
        }
        Layer layer = entry.create(2, new TokenIds(Vocabulary.UNKNOWN + 1, Vocabulary.PADDING));
        for (int length = 1; length < LONGEST_NEEDED; length++) {
            try {
                layer.outputShape(Shape.of(1, length));
                return length;
            } catch (IllegalArgumentException e) {
                // Too short.
            }
        }
        return LONGEST_NEEDED;
    }
}
