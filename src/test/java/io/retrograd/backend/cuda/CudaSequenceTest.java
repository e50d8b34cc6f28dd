package io.retrograd.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.conformance.Comparison;
import io.retrograd.backend.conformance.SequenceCases;
import io.retrograd.backend.conformance.Side;
import io.retrograd.backend.cuda.standin.Gpu;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.MaxOverTime;
import io.retrograd.layer.Padded;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.operation.Initializer;
import io.retrograd.operation.RecurrentSpec;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Model;
import io.retrograd.train.TrainStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sequences on the CUDA backend: their lengths, states, and embeddings of several blocks. */
@Tag("slow")
class CudaSequenceTest {
    private static final int BATCH = 3;
    private static final int TIME = 4;
    private static final int INPUTS = 2;
    private static final int[] LENGTHS = {4, 1, 3};

    /** Sums of some hundred numbers around 1, in another order. */
    private static final double TOLERANCE = 1e-12;

    private static @Nullable Backend deterministic;

    @BeforeEach
    void load() {
        Gpu.load();
    }

    /** One for all cases, as to open it takes longer than they do. */
    private static Backend deterministic() {
        if (deterministic == null) {
            deterministic = open(/* deterministic= */ true);
        }
        return deterministic;
    }

    @AfterAll
    static void close() {
        if (deterministic != null) {
            deterministic.close();
            deterministic = null;
        }
    }

    private static Backend open() {
        return open(/* deterministic= */ false);
    }

    private static Backend open(boolean deterministic) {
        return new CudaBackend(
                Gpu.PLATFORM,
                CudaPrecision.FLOAT64,
                deterministic,
                /* choices= */ null,
                line -> {});
    }

    /**
     * Six steps, of which three are replayed: each batch has its own lengths, or none for cuDNN.
     */
    @Test
    void aReplayedStepTakesItsOwnLengths() {
        Layer body =
                new Sequential(
                        new Embedding(7, 5, 0),
                        new Gru(4).bidirectional(true),
                        new Lstm(3),
                        new MaxOverTime(),
                        new Linear(3));
        for (Layer network : List.of(new Padded(0, body), body)) {
            double[] expected;
            try (Backend reference = Backends.open("reference")) {
                expected = trained(reference, network);
            }
            try (Backend cuda = open()) {
                assertArrayEquals(expected, trained(cuda, network), TOLERANCE);
            }
        }
    }

    private static double[] trained(Backend backend, Layer network) {
        int time = 9;
        try (Model model = Model.create(network, Shape.of(time), backend, 1);
                TrainStep step = new TrainStep(model, new CrossEntropy(), new Sgd(0.1), BATCH)) {
            for (int s = 0; s < 6; s++) {
                double[] tokens = new double[BATCH * time];
                for (int n = 0; n < BATCH; n++) {
                    int length = 1 + (s * 5 + n * 3) % time;
                    Arrays.fill(tokens, n * time, n * time + length, 1 + (s + n) % 6);
                }
                step.run(tokens, new int[] {0, 1, 2});
            }
            return model.parameters().tensors().stream()
                    .flatMapToDouble(tensor -> Arrays.stream(tensor.toArray()))
                    .toArray();
        }
    }

    static Stream<Comparison> sequences() {
        return SequenceCases.all();
    }

    /** Without cuDNN, of which the conformance suite takes what there is. */
    @ParameterizedTest
    @MethodSource("sequences")
    void deterministicOnesAreAsOnTheReference(Comparison comparison) {
        comparison.check(List.of(deterministic()), CudaPrecision.FLOAT64.epsilon());
    }

    /** With lengths, cuDNN cannot be asked without the host. */
    @Test
    void cudnnComputesWhatHasNoLengths() {
        assertEquals(true, byCudnn(/* deterministic= */ false, new Gru(3)));
        assertEquals(false, byCudnn(/* deterministic= */ true, new Gru(3)));
        Layer padded = new Padded(0, new Sequential(new Embedding(5, 2), new Gru(3)));
        assertEquals(false, byCudnn(/* deterministic= */ false, padded));
    }

    private static boolean byCudnn(boolean deterministic, Layer layer) {
        Shape shape = layer instanceof Padded ? Shape.of(3, 4) : Shape.of(3, 4, 2);
        try (Backend cuda = open(deterministic);
                Side side = new Side(cuda, layer, shape, null, BindOptions.train())) {
            return side.binding().decisions().stream().anyMatch(line -> line.contains("cudnn rnn"));
        }
    }

    static Stream<RecurrentSpec> specs() {
        return Stream.of(RecurrentSpec.Cell.values())
                .flatMap(
                        cell ->
                                Stream.of(false, true)
                                        .map(both -> new RecurrentSpec(cell, 3, both)));
    }

    /** What stands behind the ends is not read, not even NaN; all states have gradients. */
    @ParameterizedTest
    @MethodSource("specs")
    void isAsOnTheReferenceWithStates(RecurrentSpec spec) {
        for (int[] lengths : new int[][] {LENGTHS, null}) {
            Map<String, double[]> expected;
            try (Backend reference = Backends.open("reference")) {
                expected = results(reference, spec, lengths);
            }
            for (boolean deterministic : new boolean[] {false, true}) {
                try (Backend cuda = open(deterministic)) {
                    Map<String, double[]> actual = results(cuda, spec, lengths);
                    expected.forEach(
                            (name, values) ->
                                    assertArrayEquals(values, actual.get(name), TOLERANCE, name));
                }
            }
        }
    }

    /** Outputs and gradients by name, of the second of two runs. */
    private static Map<String, double[]> results(
            Backend backend, RecurrentSpec spec, int @Nullable [] lengths) {
        try (Parameters parameters = new Parameters(backend, 1)) {
            Binder binder = new Binder(parameters, BindOptions.inspect(/* training= */ true));
            Tensor x = binder.input(Shape.of(BATCH, TIME, INPUTS));
            Tensor l = lengths == null ? null : binder.indices("lengths", Shape.of(BATCH));
            List<Tensor> states = new ArrayList<>();
            for (int i = 0; i < spec.cell().states(); i++) {
                Shape shape = spec.stateShape(BATCH);
                states.add(binder.parameter("state" + i, shape, Initializer.normal(1)));
            }
            List<Tensor> weights = new ArrayList<>();
            for (int i = 0; i < 4 * spec.directions(); i++) {
                Shape shape = spec.weightShapes(INPUTS).get(i % 4);
                weights.add(binder.parameter("w" + i, shape, Initializer.normal(0.7)));
            }
            List<Tensor> outputs = binder.recurrent(spec, x, l, states, weights, true);
            outputs.forEach(binder::keep);
            try (Binding binding = binder.commit()) {
                for (int run = 0; run < 2; run++) {
                    x.setAll(i -> Philox.normal(5, 6, i));
                    if (l != null && lengths != null) {
                        l.setAll(i -> lengths[i]);
                        x.copyFrom(withNan(x.toArray(), lengths));
                    }
                    binding.forward();
                    for (int o = 0; o < outputs.size(); o++) {
                        int stream = o;
                        outputs.get(o).requireGrad().setAll(i -> Philox.normal(7, stream, i));
                    }
                    binding.backward();
                }
                Map<String, double[]> results = new LinkedHashMap<>();
                for (int o = 0; o < outputs.size(); o++) {
                    results.put("output " + o, outputs.get(o).toArray());
                }
                Stream.of(List.of(x), states, weights)
                        .flatMap(List::stream)
                        .forEach(t -> results.put(t.name(), t.requireGrad().toArray()));
                return results;
            }
        }
    }

    private static double[] withNan(double[] x, int[] lengths) {
        for (int n = 0; n < BATCH; n++) {
            int first = n * TIME * INPUTS;
            Arrays.fill(x, first + lengths[n] * INPUTS, first + TIME * INPUTS, Double.NaN);
        }
        return x;
    }

    /** More columns than a block has threads, more indices than it looks at together. */
    @Test
    void embeddingsOfSeveralBlocksAreAsOnTheReference() {
        double[] tokens = new double[601];
        Arrays.setAll(tokens, i -> i * 7 % 11);
        double[][] expected;
        try (Backend reference = Backends.open("reference")) {
            expected = embedded(reference, tokens);
        }
        try (Backend cuda = open()) {
            double[][] actual = embedded(cuda, tokens);
            assertArrayEquals(expected[0], actual[0]);
            assertArrayEquals(expected[1], actual[1], TOLERANCE);
        }
    }

    @Test
    void anIndexOutOfRangeIsNotANumber() {
        try (Backend cuda = open()) {
            double[] good = embedded(cuda, new double[] {1, 2, 3})[0];
            for (double bad : new double[] {-1, 12, Integer.MAX_VALUE}) {
                double[] y = embedded(cuda, new double[] {1, bad, 3})[0];
                int width = y.length / 3;
                for (int i = 0; i < y.length; i++) {
                    assertEquals(i / width == 1 ? Double.NaN : good[i], y[i]);
                }
            }
        }
    }

    private static double[][] embedded(Backend backend, double[] tokens) {
        Embedding layer = new Embedding(12, 300, 4);
        Shape shape = Shape.of(tokens.length);
        try (Side side = new Side(backend, layer, shape, null, BindOptions.inspect(true))) {
            side.set(tokens, new double[0]);
            side.binding().forward();
            side.y().requireGrad().setAll(i -> i % 17 - 8);
            side.binding().backward();
            double[] dw = side.parameters().get("weight").requireGrad().toArray();
            return new double[][] {side.y().toArray(), dw};
        }
    }

    @Test
    void moreGatesThanAnIntHoldsAreRefused() {
        Layer layer = new Lstm(16);
        try (Backend cuda = open()) {
            IllegalArgumentException e =
                    assertThrows(
                            IllegalArgumentException.class,
                            () ->
                                    new Side(
                                            cuda,
                                            layer,
                                            Shape.of(1 << 16, 1 << 10, 1),
                                            /* loss= */ null,
                                            BindOptions.infer()));
            assertTrue(String.valueOf(e.getMessage()).contains("below 2^31"), e.getMessage());
        }
    }
}
