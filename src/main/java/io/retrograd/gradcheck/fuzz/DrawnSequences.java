package io.retrograd.gradcheck.fuzz;

import io.retrograd.layer.Embedding;
import io.retrograd.layer.Gru;
import io.retrograd.layer.LastOverTime;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.MaxOverTime;
import io.retrograd.layer.MeanOverTime;
import io.retrograd.layer.MultiheadAttention;
import io.retrograd.layer.Padded;
import io.retrograd.layer.Recurrent;
import io.retrograd.layer.Rnn;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import java.util.List;

/** Draws layers over sequences, alone or behind an embedding with sequences of several lengths. */
public record DrawnSequences(Draw draw) {
    private static final int PADDING = 3;

    /** Any of them. */
    public DrawnLayer any() {
        return switch (draw.between(0, 3)) {
            case 0 -> rnn();
            case 1 -> lstm();
            case 2 -> gru();
            default -> placed(overTime());
        };
    }

    public DrawnLayer rnn() {
        Rnn cell = settings(new Rnn(hidden()));
        return placed(draw.once(4) ? cell.relu(true) : cell);
    }

    public DrawnLayer lstm() {
        return placed(settings(new Lstm(hidden())));
    }

    public DrawnLayer gru() {
        return placed(settings(new Gru(hidden())));
    }

    /** The mean, the maximum or the last of all steps. */
    public DrawnLayer reduction() {
        return placed(overTime());
    }

    public DrawnLayer embedding() {
        int vocabulary = draw.of(1, 2, 5, 11, 33);
        Embedding layer = new Embedding(vocabulary, draw.of(1, 3, 8, 17));
        return new DrawnLayer(
                vocabulary > 1 && draw.once(2)
                        ? layer.paddingIndex(draw.between(0, vocabulary - 1))
                        : layer,
                Shape.of(draw.of(1, 2, 3, 5), draw.of(1, 2, 5, 7)));
    }

    public DrawnLayer attention() {
        int heads = draw.of(1, 2, 3);
        return new DrawnLayer(
                new MultiheadAttention(heads).causal(draw.once(2)),
                Shape.of(draw.of(1, 2, 3), draw.of(1, 2, 5, 7), heads * draw.of(1, 2, 5)));
    }

    /** Alone, or between an embedding with padding and something over time. */
    private DrawnLayer placed(Layer layer) {
        if (draw.once(2)) {
            return new DrawnLayer(
                    layer,
                    Shape.of(draw.of(1, 2, 3, 5), draw.of(1, 2, 5, 7), draw.of(1, 3, 8, 13, 16)));
        }
        Layer embedding = new Embedding(draw.of(5, 11), draw.of(1, 3, 8, 17), PADDING);
        Layer network =
                layer instanceof Recurrent<?>
                        ? new Sequential(embedding, layer, overTime())
                        : new Sequential(embedding, layer);
        return new DrawnLayer(
                new Padded(PADDING, network), Shape.of(draw.of(1, 2, 3, 5), draw.of(2, 5, 7)));
    }

    private Layer overTime() {
        return draw.of(List.of(new MeanOverTime(), new MaxOverTime(), new LastOverTime()));
    }

    private int hidden() {
        return draw.of(1, 3, 7, 8, 16, 17);
    }

    private <L extends Recurrent<L>> L settings(L layer) {
        return layer.bidirectional(draw.once(2)).layers(draw.of(1, 1, 2));
    }
}
