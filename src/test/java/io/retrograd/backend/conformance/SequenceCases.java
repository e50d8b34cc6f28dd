package io.retrograd.backend.conformance;

import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Gru;
import io.retrograd.layer.LastOverTime;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.MaxOverTime;
import io.retrograd.layer.MaxPool1d;
import io.retrograd.layer.MeanOverTime;
import io.retrograd.layer.Padded;
import io.retrograd.layer.Recurrent;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Rnn;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Transpose;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;

/** Embeddings, recurrent layers and reductions over time. */
public final class SequenceCases {
    private static final int VOCABULARY = 11;
    private static final int PADDING = 3;

    /** One sample, one step, one input; less than and more than a vector of numbers. */
    private static final List<Shape> SEQUENCES =
            List.of(
                    Shape.of(1, 1, 1),
                    Shape.of(1, 7, 3),
                    Shape.of(3, 1, 13),
                    Shape.of(5, 4, 1),
                    Shape.of(13, 6, 7));

    private SequenceCases() {}

    public static Stream<Comparison> all() {
        Stream<Comparison> alone =
                cells().flatMap(cell -> SEQUENCES.stream().map(s -> Comparison.of(cell, s)));
        Stream<Comparison> padded =
                cells().map(cell -> Comparison.of(padded(cell, new MeanOverTime()), 4, 7));
        Layer timeFirst = new Gru(7).batchFirst(false).bidirectional(true);
        Stream<Comparison> others = Stream.of(Comparison.of(timeFirst, 6, 3, 5));
        return Stream.of(alone, padded, others, embeddings(), overTime(), networks())
                .flatMap(it -> it);
    }

    private static Stream<Layer> cells() {
        return Stream.of(1, 7, 16).flatMap(SequenceCases::cells);
    }

    private static Stream<Layer> cells(int hidden) {
        return Stream.of(
                new Rnn(hidden),
                new Rnn(hidden).relu(true).bidirectional(true),
                new Lstm(hidden),
                both(new Lstm(hidden)),
                new Gru(hidden),
                both(new Gru(hidden)));
    }

    private static <L extends Recurrent<L>> L both(L layer) {
        return layer.bidirectional(true).layers(2).dropout(0.25);
    }

    private static Stream<Comparison> embeddings() {
        return Stream.of(
                Comparison.of(new Embedding(VOCABULARY, 1), 1, 1),
                Comparison.of(new Embedding(VOCABULARY, 7, PADDING), 5, 13),
                Comparison.of(new Embedding(VOCABULARY, 16), 3, 2, 5),
                Comparison.of(new Embedding(VOCABULARY, 3), 7));
    }

    private static Stream<Comparison> overTime() {
        return Stream.of(new MeanOverTime(), new MaxOverTime(), new LastOverTime())
                .flatMap(
                        layer ->
                                Stream.of(
                                        Comparison.of(layer, 1, 1, 1),
                                        Comparison.of(layer, 3, 7, 13),
                                        Comparison.of(padded(layer), 5, 6),
                                        Comparison.of(channelsFirst(layer), 3, 2, 9)));
    }

    private static Stream<Comparison> networks() {
        Layer gru = new Gru(5).bidirectional(true);
        Layer convolved =
                new Sequential(
                        new Embedding(VOCABULARY, 8, PADDING),
                        new Transpose(1, 2),
                        new Conv1d(16, 5).padding(2),
                        new Relu(),
                        new MaxPool1d(2),
                        new Transpose(1, 2),
                        gru,
                        new MeanOverTime(),
                        new Linear(3));
        return Stream.of(
                Comparison.of(convolved, 3, 14),
                Comparison.of(new Padded(PADDING, convolved), 3, 14),
                Comparison.of(channelsFirst(gru), 3, 2, 9));
    }

    /** Behind a convolution, whose output is in an order of its own. */
    private static Layer channelsFirst(Layer layer) {
        return new Sequential(new Conv1d(8, 3), new Transpose(1, 2), layer);
    }

    private static Layer padded(Layer... layers) {
        Sequential rest = new Sequential(layers);
        return new Padded(PADDING, new Sequential(new Embedding(VOCABULARY, 6, PADDING), rest));
    }
}
