package io.retrograd.backend.conformance;

import io.retrograd.layer.Add;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.CrossAttention;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Graph;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.MultiheadAttention;
import io.retrograd.layer.Prelu;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Scale;
import io.retrograd.layer.Sequential;
import java.util.List;
import java.util.stream.Stream;

/** Parameters that several operations read: shared layers, tied weights; two sequences. */
final class SharedCases {
    private SharedCases() {}

    static Stream<Comparison> all() {
        return Stream.of(products(), others(), tied()).flatMap(List::stream);
    }

    private static List<Comparison> products() {
        return List.of(
                Comparison.of(twice(new Conv2d(8, 3).padding(1)), 2, 3, 7, 5).exact(),
                Comparison.of(twice(new Conv2d(16, 1)), 3, 16, 7, 5).exact(),
                Comparison.of(twice(new Conv2d(32, 3).padding(1)), 1, 16, 13, 12).exact(),
                Comparison.of(twice(new Conv2d(8, 3).groups(4)), 2, 8, 5, 7).exact(),
                Comparison.of(twice(new Conv2d(8, 3).groups(8).bias(false)), 2, 8, 5, 7).exact(),
                Comparison.of(twice(new Conv1d(6, 5).groups(3)), 3, 3, 7).exact(),
                Comparison.of(twice(new Conv3d(5, 2)), 2, 3, 3, 5, 4).exact(),
                Comparison.of(twice(new ConvTranspose2d(4, 3).stride(2)), 2, 3, 4, 5).exact(),
                Comparison.of(twice(new ConvTranspose2d(6, 3).groups(3)), 2, 3, 4, 5).exact(),
                Comparison.of(twice(new Linear(7)), 3, 13).exact(),
                Comparison.of(
                        new Sequential(new Conv2d(8, 1), twice(new Conv2d(8, 3)), new Relu()),
                        2,
                        3,
                        7,
                        5),
                Comparison.of(recurrence(), 3, 8));
    }

    private static List<Comparison> others() {
        return List.of(
                Comparison.of(twice(new Prelu()), 3, 5),
                Comparison.of(twice(new LayerNorm(7)), 3, 7),
                Comparison.of(twice(new BatchNorm()), 5, 3, 4),
                Comparison.of(twice(new Gru(5)), 3, 4, 6),
                Comparison.of(twice(new Lstm(5).bidirectional(true)), 3, 4, 6),
                Comparison.of(twice(new MultiheadAttention(2)), 2, 3, 4));
    }

    private static List<Comparison> tied() {
        Graph language =
                Graph.of("tokens")
                        .node("words", new Embedding(11, 5), "tokens")
                        .node("hidden", new Linear(5), "words")
                        .node("logits", new Linear(11), "hidden")
                        .tied("logits.weight", "words.weight");
        Graph encoder =
                Graph.of("x")
                        .node("in", new Linear(4), "x")
                        .node("out", new Linear(4), "in")
                        .node("last", new Linear(4), "out")
                        .tied("out.weight", "in.weight")
                        .tied("last.weight", "in.weight")
                        .tied("last.bias", "out.bias");
        Graph attends =
                Graph.of("x")
                        .node("memory", new Linear(6), "x")
                        .node("y", new CrossAttention(2), "x", "memory");
        return List.of(
                Comparison.of(language, 3, 4),
                Comparison.of(encoder, 3, 4),
                Comparison.of(attends, 2, 3, 4));
    }

    /** f(x) + f(x/2), side by side with x. */
    private static Graph twice(Layer layer) {
        return Graph.of("x")
                .node("first", layer, "x")
                .node("half", new Scale(0.5), "x")
                .shared("second", "first", "half")
                .node("sum", new Add(), "first", "second");
    }

    /** One step three times, itself of a shared layer. */
    private static Graph recurrence() {
        return Graph.of("x")
                .node("one", twice(new Linear(8)), "x")
                .shared("two", "one", "one")
                .shared("three", "two", "two")
                .node("flat", new Flatten(), "three")
                .node("all", new Concat(), "flat", "one");
    }
}
