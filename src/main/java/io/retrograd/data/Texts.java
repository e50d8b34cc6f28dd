package io.retrograd.data;

import io.retrograd.layer.TokenIds;
import io.retrograd.tensor.Shape;
import io.retrograd.train.LabelledDataset;
import java.util.List;

/** Labelled texts as tokens of a vocabulary, cut or padded to one length. */
public final class Texts implements LabelledDataset {
    private final Vocabulary vocabulary;
    private final List<String> texts;
    private final int[][] tokens;
    private final int[] labels;
    private final List<String> labelNames;

    /**
     * Labelled texts.
     *
     * @param labels one a text, from 0 to the number of names − 1. Copied.
     * @param labelNames the names of the labels
     * @param length tokens of each, at least 1
     */
    public Texts(
            Vocabulary vocabulary,
            List<String> texts,
            int[] labels,
            List<String> labelNames,
            int length) {
        this.vocabulary = vocabulary;
        this.texts = List.copyOf(texts);
        this.labels = labels.clone();
        this.labelNames = List.copyOf(labelNames);
        tokens = new int[texts.size()][length];
        for (int i = 0; i < tokens.length; i++) {
            vocabulary.encode(texts.get(i), tokens[i]);
        }
    }

    public Vocabulary vocabulary() {
        return vocabulary;
    }

    public String text(int index) {
        return texts.get(index);
    }

    @Override
    public List<String> labelNames() {
        return labelNames;
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
        return labelNames.size();
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
