package io.retrograd.backend.random;

import io.retrograd.layer.Embedding;
import io.retrograd.layer.Gru;
import io.retrograd.layer.LastOverTime;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.MaxOverTime;
import io.retrograd.layer.MeanOverTime;
import io.retrograd.layer.Padded;
import io.retrograd.layer.Recurrent;
import io.retrograd.layer.Rnn;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import java.util.List;

/** Draws recurrent layers, alone or behind an embedding with sequences of several lengths. */
final class DrawnSequences {
    private static final int PADDING = 3;

    private final Draw draw;

    private DrawnSequences(Draw draw) {
        this.draw = draw;
    }

    /** A layer, as it is written in Java. */
    private record Written(Layer layer, String code) {}

    static Drawn of(Draw draw) {
        DrawnSequences sequences = new DrawnSequences(draw);
        return draw.once(2) ? sequences.padded() : sequences.alone();
    }

    private Drawn alone() {
        Written cell = draw.once(4) ? overTime() : cell();
        int inputs = draw.of(1, 3, 8, 13, 16);
        Shape shape = Shape.of(draw.of(1, 2, 3, 5), draw.of(1, 2, 5, 7), inputs);
        return new Drawn(cell.layer, cell.code, shape, /* exact= */ false, shape.dim(1));
    }

    private Drawn padded() {
        int vocabulary = draw.of(5, 11);
        int dim = draw.of(1, 3, 8, 17);
        Written cell = cell();
        Written last = overTime();
        Layer embedding = new Embedding(vocabulary, dim, PADDING);
        Layer network = new Padded(PADDING, new Sequential(embedding, cell.layer, last.layer));
        String code =
                String.format(
                        "new Padded(%d, new Sequential(new Embedding(%d, %d, %d), %s, %s))",
                        PADDING, vocabulary, dim, PADDING, cell.code, last.code);
        Shape shape = Shape.of(draw.of(1, 2, 3, 5), draw.of(2, 5, 7));
        return new Drawn(network, code, shape, /* exact= */ false, 2 + shape.dim(1));
    }

    private Written overTime() {
        return draw.of(
                List.of(
                        new Written(new MeanOverTime(), "new MeanOverTime()"),
                        new Written(new MaxOverTime(), "new MaxOverTime()"),
                        new Written(new LastOverTime(), "new LastOverTime()")));
    }

    private Written cell() {
        int hidden = draw.of(1, 3, 7, 8, 16, 17);
        return switch (draw.between(0, 2)) {
            case 0 -> settings(new Rnn(hidden), "new Rnn(" + hidden + ")");
            case 1 -> settings(new Lstm(hidden), "new Lstm(" + hidden + ")");
            default -> settings(new Gru(hidden), "new Gru(" + hidden + ")");
        };
    }

    private <L extends Recurrent<L>> Written settings(L layer, String code) {
        boolean both = draw.once(2);
        int layers = draw.of(1, 1, 2);
        return new Written(
                layer.bidirectional(both).layers(layers),
                code + ".bidirectional(" + both + ").layers(" + layers + ")");
    }
}
