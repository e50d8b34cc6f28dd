package io.retrograd.demo;

import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxOverTime;
import io.retrograd.layer.MeanOverTime;
import io.retrograd.layer.MultiheadAttention;
import io.retrograd.layer.Padded;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Transpose;
import java.util.ArrayList;
import java.util.List;

/** The networks of {@link Languages}, which differ in how they read a sequence of tokens. */
enum Reader {
    /** What stands beside each other, not where. */
    N_GRAMS("bag of n-grams", false, false, false),
    /** The strongest of each pattern of three neighbours, not where. */
    CNN("CNN", true, false, false),
    GRU("BiGRU", false, true, false),
    CNN_GRU("CNN-BiGRU", true, true, false),
    ATTENTION("CNN-BiGRU, attention", true, true, true);

    private static final int PADDING = 0;
    private static final int KERNEL = 3;
    private static final int HEADS = 2;
    private static final double DROPPED = 0.2;

    private final String text;
    private final boolean convolution;
    private final boolean recurrent;
    private final boolean attention;

    Reader(String text, boolean convolution, boolean recurrent, boolean attention) {
        this.text = text;
        this.convolution = convolution;
        this.recurrent = recurrent;
        this.attention = attention;
    }

    String text() {
        return text;
    }

    /**
     * Sizes.
     *
     * @param embedding numbers of a token's vector
     * @param channels of the convolution
     * @param hidden units of the GRU in each direction
     */
    record Sizes(int embedding, int channels, int hidden) {}

    /** Over tokens, or n-grams, below a number. */
    Layer network(int vocabulary, int classes, Sizes sizes) {
        if (this == N_GRAMS) {
            return NGrams.regression(vocabulary, classes);
        }
        List<Layer> layers = new ArrayList<>();
        layers.add(new Embedding(vocabulary, sizes.embedding(), PADDING));
        if (convolution) {
            layers.add(new Transpose(1, 2));
            layers.add(new Conv1d(sizes.channels(), KERNEL).padding(KERNEL / 2));
            layers.add(new Relu());
            layers.add(new Transpose(1, 2));
        }
        if (recurrent) {
            layers.add(new Gru(sizes.hidden()).bidirectional(true));
        }
        if (attention) {
            layers.add(new Residual(new MultiheadAttention(HEADS)));
        }
        layers.add(recurrent ? new MeanOverTime() : new MaxOverTime());
        layers.add(new Dropout(DROPPED));
        layers.add(new Linear(classes));
        return new Padded(PADDING, new Sequential(layers));
    }
}
