package io.retrograd.data;

import io.retrograd.layer.TokenIds;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Dataset;
import java.util.List;

/** Labelled texts as tokens of a vocabulary, cut or padded to one length. */
public final class Texts implements Dataset {
    private final Vocabulary vocabulary;
    private final List<String> texts;
    private final int[][] tokens;
    private final int[] labels;
    private final int classes;

    /**
     * Labelled texts.
     *
     * @param labels one a text, from 0 to {@code classes} − 1. Copied.
     * @param length tokens of each, at least 1
     */
    public Texts(Vocabulary vocabulary, List<String> texts, int[] labels, int classes, int length) {
        this.vocabulary = vocabulary;
        this.texts = List.copyOf(texts);
        this.labels = labels.clone();
        this.classes = classes;
        tokens = new int[texts.size()][length];
        for (int i = 0; i < tokens.length; i++) {
            vocabulary.encode(texts.get(i), tokens[i]);
        }
    }

    public Vocabulary vocabulary() {
        return vocabulary;
    }

    /** The text itself. */
    public String text(int index) {
        return texts.get(index);
    }

    @Override
    public TokenIds tokenIds() {
        return new TokenIds(vocabulary.size(), Vocabulary.PADDING);
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public Shape sampleShape() {
        return Shape.of(tokens[0].length);
    }

    @Override
    public int classes() {
        return classes;
    }

    @Override
    public void sample(int index, double[] into, int offset) {
        for (int i = 0; i < tokens[index].length; i++) {
            into[offset + i] = tokens[index][i];
        }
    }

    @Override
    public int label(int index) {
        return labels[index];
    }
}
