package io.retrograd.gradcheck;

import static io.retrograd.gradcheck.LayerCatalogue.both;
import static io.retrograd.gradcheck.LayerCatalogue.layer;

import io.retrograd.gradcheck.LayerCatalogue.Entry;
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

/** The catalogue's entries of recurrent layers and of what stands around them. */
final class RecurrentEntries {
    private static final int VOCABULARY = 5;
    private static final int PADDING = 2;

    private RecurrentEntries() {}

    static List<Entry> all() {
        return List.of(
                layer("embedding", new Embedding(VOCABULARY, 3), 2, 7),
                layer("embedding-padding", new Embedding(VOCABULARY, 3, PADDING), 2, 7),
                layer("mean-over-time", new MeanOverTime(), 2, 5, 3),
                layer("max-over-time", new MaxOverTime(), 2, 5, 3),
                layer("last-over-time", new LastOverTime(), 2, 5, 3),
                layer("padded-mean", padded(new MeanOverTime()), 3, 6),
                layer("padded-max", padded(new MaxOverTime()), 3, 6),
                layer("padded-last", padded(new LastOverTime()), 3, 6),
                layer("rnn", new Rnn(4), 2, 5, 3),
                layer("rnn-relu", new Rnn(4).relu(true), 2, 5, 3),
                layer("lstm", new Lstm(4), 2, 5, 3),
                layer("gru", new Gru(4), 2, 5, 3),
                layer("rnn-both", new Rnn(2).bidirectional(true).layers(2), 2, 4, 3),
                layer("rnn-relu-both", new Rnn(3).relu(true).bidirectional(true), 2, 4, 3),
                layer("lstm-both", new Lstm(2).bidirectional(true).layers(2), 2, 4, 3),
                layer("gru-both", new Gru(2).bidirectional(true).layers(2), 2, 4, 3),
                layer("gru-time-first", new Gru(4).batchFirst(false), 5, 2, 3),
                both("gru-dropout", new Gru(3).layers(2).dropout(0.3), 2, 4, 3),
                layer("rnn-states", withStates(new Rnn(4), 1, 1), 2, 3, 5),
                layer("rnn-relu-states", withStates(new Rnn(4).relu(true), 1, 1), 2, 3, 5),
                layer("lstm-states", withStates(new Lstm(4).bidirectional(true), 2, 2), 2, 3, 5),
                layer("gru-states", withStates(new Gru(4).bidirectional(true), 1, 2), 2, 3, 5),
                layer(
                        "rnn-lengths",
                        padded(withStates(new Rnn(4).bidirectional(true), 1, 2)),
                        2,
                        6),
                layer("rnn-relu-lengths", padded(withStates(new Rnn(4).relu(true), 1, 1)), 2, 6),
                layer(
                        "lstm-lengths",
                        padded(withStates(new Lstm(4).bidirectional(true), 2, 2)),
                        2,
                        6),
                layer(
                        "gru-lengths",
                        padded(withStates(new Gru(4).bidirectional(true), 1, 2)),
                        2,
                        6));
    }

    private static Layer padded(Layer layer) {
        return new Padded(PADDING, new Sequential(new Embedding(VOCABULARY, 3), layer));
    }

    /** With states (D, 2, 4). */
    private static Layer withStates(Recurrent<?> layer, int states, int directions) {
        return new WithStates(layer, states, Shape.of(directions, 2, 4));
    }
}
