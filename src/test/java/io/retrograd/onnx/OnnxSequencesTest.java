package io.retrograd.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Gru;
import io.retrograd.layer.LastOverTime;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.MaxOverTime;
import io.retrograd.layer.MeanOverTime;
import io.retrograd.layer.MultiheadAttention;
import io.retrograd.layer.Padded;
import io.retrograd.layer.Permute;
import io.retrograd.layer.Recurrent;
import io.retrograd.layer.RecurrentOutput;
import io.retrograd.layer.Rnn;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sequences in ONNX Runtime: their lengths, and the states that they begin and end with. */
class OnnxSequencesTest {
    private static final ExportOptions ANY = new ExportOptions().dynamicBatch(true);
    private static final int PADDING = 0;

    @TempDir private Path folder;

    private Path file() {
        return folder.resolve("net.onnx");
    }

    private static Stream<Layer> sequences() {
        return Stream.of(
                new Lstm(4).layers(2).bidirectional(true),
                new Gru(4).bidirectional(true),
                new Rnn(4),
                new MaxOverTime(),
                new MeanOverTime(),
                new LastOverTime(),
                new MultiheadAttention(2),
                new Sequential(new Gru(4), new LastOverTime()));
    }

    /** Sequences of several lengths, which their padding says. */
    @ParameterizedTest
    @MethodSource("sequences")
    void lengths(Layer layer) throws Exception {
        Layer padded = new Padded(PADDING, new Sequential(new Embedding(3, 6), layer));
        try (Written written = new Written(padded, Shape.of(7, 5))) {
            double[] tokens = written.inputs().get("input");
            for (int n = 0; n < 7; n++) {
                tokens[5 * n] = 1 + n % 2;
                Arrays.fill(tokens, 5 * n + 1 + n % 5, 5 * n + 5, PADDING);
            }
            written.agrees(layer.toString(), file(), ANY);
            written.agrees(layer.toString(), file(), new ExportOptions().opset(13));
        }
    }

    /** As a run goes on where the one before ended, so does one that is given its states. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void statesAreInputsAndOutputs(boolean any) throws Exception {
        Layer network = new Sequential(new Lstm(4).stateful(true), new Linear(2));
        Shape shape = Shape.of(3, 5, 2);
        Shape state = Shape.of(1, 3, 4);
        try (Written written = new Written(network, shape)) {
            Onnx.write(written.model(), file(), any ? ANY : new ExportOptions().batch(3));
            double[] x = written.inputs().get("input");
            written.model().resetStates();
            double[] first = written.model().predict(x);
            double[] second = written.model().predict(x);
            Map<String, Shape> shapes =
                    Map.of("input", shape, "0.state_0", state, "0.state_1", state);
            double[] zeros = new double[12];
            try (Session session = new Session(file())) {
                Map<String, double[]> got =
                        session.run(
                                Map.of("input", x, "0.state_0", zeros, "0.state_1", zeros), shapes);
                assertArrayEquals(first, got.get("output"), 1e-6);
                got =
                        session.run(
                                Map.of(
                                        "input",
                                        x,
                                        "0.state_0",
                                        got.get("0.state_0_out"),
                                        "0.state_1",
                                        got.get("0.state_1_out")),
                                shapes);
                assertArrayEquals(second, got.get("output"), 1e-6);
                assertTrue(Written.far(first, second) > 1e-3);
            }
        }
    }

    /** A layer that begins where another ended, and gives its own last states. */
    private record Handed(Recurrent<?> first, Recurrent<?> second) implements Layer {
        @Override
        public Shape outputShape(Shape input) {
            return Shape.of(input.dim(0), second.spec().directions(), second.spec().hidden());
        }

        @Override
        public Tensor bind(Binder binder, Tensor x) {
            RecurrentOutput begun =
                    binder.scope("first", () -> first.bind(binder, x, null, List.of()));
            RecurrentOutput ended =
                    binder.scope(
                            "second", () -> second.bind(binder, begun.y(), null, begun.states()));
            ended.states().forEach(binder::keep);
            return new Permute(1, 0, 2).bind(binder, ended.states().get(0));
        }
    }

    private static Stream<Handed> handed() {
        return Stream.of(
                new Handed(new Lstm(4), new Lstm(4)),
                new Handed(new Gru(3).bidirectional(true), new Gru(3).bidirectional(true)),
                new Handed(new Rnn(4).relu(true), new Rnn(4)));
    }

    @ParameterizedTest
    @MethodSource("handed")
    void statesArePassedOn(Layer layer) throws Exception {
        try (Written written = new Written(layer, Shape.of(3, 5, 2))) {
            written.agrees(layer.toString(), file(), ANY);
            written.agrees(layer.toString(), file(), new ExportOptions().opset(13));
        }
    }
}
