package io.retrograd.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.gradcheck.GradientCheck;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.ArrayDataset;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sequences of different lengths against PyTorch's packed ones, and what is refused.
 *
 * <p>The numbers are PyTorch 2.13's in float64, for x, weights, states and their gradients set to
 * {@code sin(i + k)} with the k of {@link Run}, and two sequences of 3 and 1 steps.
 */
class RecurrentTest {
    private static final Shape INPUT = Shape.of(2, 3, 2);
    private static final Shape STATE = Shape.of(2, 2, 1);

    private static final List<double[]> LSTM =
            List.of(
                    new double[] {
                        -0.314172480132343,
                        0.283727192766063,
                        -0.0947252424148885,
                        0.717183529145413,
                        -0.147393823403631,
                        0.633126801599265,
                        -0.190556881867508,
                        0.191245659195476,
                        0,
                        0,
                        0,
                        0
                    },
                    new double[] {
                        -0.132213835691332,
                        -0.26287825791874,
                        0.014571541865063,
                        0.178686916474739,
                        -0.208576278616685,
                        -0.352982547840452,
                        0.22885245777733,
                        -0.319166871048087,
                        0,
                        0,
                        0,
                        0
                    },
                    new double[] {
                        -0.147393823403631, -0.190556881867508,
                        0.283727192766063, 0.191245659195476
                    },
                    new double[] {
                        0.0502223212535821, 0.1439457654974, 0.131352084097032, 0.108177682068671
                    },
                    new double[] {
                        -0.615920250443395, -0.563023095121504, 1.41138111252138, 0.564018107914584
                    },
                    new double[] {
                        0.0562614341042754, 0.655603797561789,
                        0.278794363010999, -0.355320525046922
                    },
                    new double[] {
                        0.0617876479334429, 0.104691031700817, 0.0881509825722067, 0.169349027051
                    });

    private static final List<double[]> GRU =
            List.of(
                    new double[] {
                        -0.992730044991346,
                        0.672402377083036,
                        -0.445712073165327,
                        0.619480246226897,
                        -0.522203823424293,
                        0.543232777568633,
                        -0.722771349771058,
                        0.996804064980786,
                        0,
                        0,
                        0,
                        0
                    },
                    new double[] {
                        0.012022663985368,
                        -0.0283578242000383,
                        0.588880372639359,
                        0.82868571314885,
                        0.189445798002596,
                        0.200849662155301,
                        0.207396823025126,
                        0.026858133742817,
                        0,
                        0,
                        0,
                        0
                    },
                    new double[] {
                        -0.522203823424293, -0.722771349771058,
                        0.672402377083036, 0.996804064980786
                    },
                    new double[] {
                        0.284365051399041, 0.935467181371913,
                        0.66491077177194, 0.444197751804688
                    },
                    new double[] {0.00840255614891751, -0.0155069648558958, 0.0302228941406567});

    private static final List<double[]> RNN =
            List.of(
                    new double[] {
                        0.727331884097545,
                        -0.929897060447458,
                        0.73995331518718,
                        0.565207366434162,
                        0.915694875613675,
                        0.579064378245704,
                        0.907856469474541,
                        -0.968989007960055,
                        0,
                        0,
                        0,
                        0
                    },
                    new double[] {
                        -0.0847785234108906,
                        0.0445681226382262,
                        0.483718335664653,
                        0.251290562394671,
                        -0.736347508917373,
                        -0.966257357464462,
                        -0.0240063213117071,
                        0.202127267316214,
                        0,
                        0,
                        0,
                        0
                    },
                    new double[] {
                        0.915694875613675, 0.907856469474541,
                        -0.929897060447458, -0.968989007960055
                    },
                    new double[] {
                        0.151988730488789, 0.232545037333995,
                        -0.933006306488593, -0.0304177700177805
                    },
                    new double[] {0.261441073947645});

    static Stream<Arguments> cells() {
        return Stream.of("reference", "cpu")
                .flatMap(
                        device ->
                                Stream.of(
                                        Arguments.of(device, new Lstm(1), LSTM),
                                        Arguments.of(device, new Gru(1), GRU),
                                        Arguments.of(device, new Rnn(1), RNN)));
    }

    /** One layer in both directions, its states and two sequences in one binding. */
    private static final class Run implements AutoCloseable {
        private final Backend backend;
        private final Parameters parameters;
        private final Binding binding;
        private final Tensor x;
        private final Tensor lengths;
        private final List<Tensor> initial = new ArrayList<>();
        private final RecurrentOutput output;

        <L extends Recurrent<L>> Run(String device, L layer) {
            backend = Backends.open(device);
            parameters = new Parameters(backend, /* seed= */ 1);
            Binder binder = new Binder(parameters, BindOptions.inspect(/* training= */ true));
            x = binder.input(INPUT);
            lengths = binder.indices("lengths", Shape.of(2));
            for (int i = 0; i < (layer instanceof Lstm ? 2 : 1); i++) {
                initial.add(binder.input(STATE));
            }
            output = layer.bidirectional(true).bind(binder, x, lengths, initial);
            binding = binder.commit();
            int k = 0;
            for (Tensor w : parameters.tensors()) {
                fill(w, k++);
            }
            fill(x, 20);
            lengths.copyFrom(3, 1);
            for (int i = 0; i < initial.size(); i++) {
                fill(initial.get(i), 30 + i);
            }
        }

        void pass() {
            binding.forward();
            fill(output.y().requireGrad(), 40);
            for (int i = 0; i < initial.size(); i++) {
                fill(output.states().get(i).requireGrad(), 50 + i);
            }
            binding.backward();
        }

        private static void fill(Tensor tensor, int k) {
            tensor.setAll(i -> Math.sin(i + k));
        }

        /** y, dx, each final state and each initial one's gradient, dw_hh of the last direction. */
        List<double[]> results() {
            List<double[]> results = new ArrayList<>();
            results.add(output.y().toArray());
            results.add(x.requireGrad().toArray());
            for (int i = 0; i < initial.size(); i++) {
                results.add(output.states().get(i).toArray());
                results.add(initial.get(i).requireGrad().toArray());
            }
            results.add(parameters.get("weight_hh_l0_reverse").requireGrad().toArray());
            return results;
        }

        @Override
        public void close() {
            binding.close();
            parameters.close();
            backend.close();
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    <L extends Recurrent<L>> void lengthsAreAsPackedInPyTorch(
            String device, L layer, List<double[]> expected) {
        try (Run run = new Run(device, layer)) {
            run.pass();
            double tolerance = device.equals("cpu") ? 16 * 0x1p-23 : 1e-14;
            List<double[]> results = run.results();
            assertEquals(expected.size(), results.size());
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(expected.get(i), results.get(i), tolerance, "result " + i);
            }
        }
    }

    /** Not even NaN there; its gradient is 0. */
    @ParameterizedTest
    @MethodSource("cells")
    <L extends Recurrent<L>> void whatLiesBehindTheEndInfluencesNothing(
            String device, L layer, List<double[]> expected) {
        try (Run run = new Run(device, layer)) {
            run.pass();
            List<double[]> before = run.results();
            run.x.setAll(i -> i < 8 ? Math.sin(i + 20) : i % 2 == 0 ? Double.NaN : 1e30);
            run.pass();
            List<double[]> after = run.results();
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(before.get(i), after.get(i), "result " + i);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cells")
    <L extends Recurrent<L>> void lengthsOutOfRangeAreRefused(
            String device, L layer, List<double[]> expected) {
        assertTrue(expected.size() > 1);
        try (Run run = new Run(device, layer)) {
            for (int bad : new int[] {0, -1, 4}) {
                run.lengths.copyFrom(3, bad);
                IllegalArgumentException e =
                        assertThrows(IllegalArgumentException.class, run.binding::forward);
                String message = String.valueOf(e.getMessage());
                assertTrue(message.contains("length from 1 to 3, got " + bad), message);
            }
        }
    }

    /** Without lengths and with equal ones the same is computed. */
    @ParameterizedTest
    @MethodSource("cells")
    <L extends Recurrent<L>> void fullLengthsAreNoLengths(
            String device, L layer, List<double[]> expected) {
        assertTrue(expected.size() > 1);
        try (Run run = new Run(device, layer);
                Backend backend = Backends.open(device);
                Parameters parameters = new Parameters(backend, /* seed= */ 1)) {
            Binder binder = new Binder(parameters, BindOptions.infer());
            Tensor x = binder.input(INPUT);
            Tensor y = binder.keep(layer.bidirectional(true).bind(binder, x));
            try (Binding binding = binder.commit()) {
                x.copyFrom(run.x.toArray());
                for (Tensor w : parameters.tensors()) {
                    w.copyFrom(run.parameters.get(w.name()).toArray());
                }
                binding.forward();
                run.initial.forEach(state -> state.setAll(i -> 0));
                run.lengths.copyFrom(3, 3);
                run.binding.forward();
                assertArrayEquals(run.output.y().toArray(), y.toArray());
            }
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        Gru gru = new Gru(3);
        refused("hidden size must be from 1", () -> new Lstm(0));
        refused("layers must be at least 1", () -> gru.layers(0));
        refused("dropout must be in [0, 1)", () -> gru.dropout(1));
        refused("expected input (N, T, I)", () -> gru.outputShape(Shape.of(2, 3)));
        refused("vocabulary must be", () -> new Embedding(0, 3));
        refused("padding index must be", () -> new Embedding(5, 3, 5));
        refused("begin it with an Embedding", () -> new Padded(0, gru));
        refused(
                "expected a sequence (N, T, C)",
                () -> new MaxOverTime().outputShape(INPUT.tail(1)));
    }

    private static void refused(String message, Runnable action) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, action::run);
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }

    @Test
    void equalSettingsMakeEqualLayers() {
        assertEquals(new Gru(3).layers(2), new Gru(3).layers(2));
        assertNotEquals(new Gru(3), new Gru(3).bidirectional(true));
        assertNotEquals(new Rnn(3), new Rnn(3).relu(true));
        assertEquals(
                "Rnn(hidden=3, relu=true, layers=2, batchFirst=false, dropout=0.5)",
                new Rnn(3).relu(true).layers(2).batchFirst(false).dropout(0.5).toString());
        assertEquals(0, Arrays.stream(LSTM.get(1)).skip(8).sum());
    }

    @Test
    void whatCannotCarryStatesIsRefused() {
        try (Backend backend = Backends.open("reference")) {
            Layer both = new Gru(2).bidirectional(true).stateful(true);
            IllegalArgumentException two =
                    assertThrows(
                            IllegalArgumentException.class,
                            () -> Model.create(both, Shape.of(3, 2), backend, 1));
            assertTrue(two.getMessage().contains("expected one direction"), two.getMessage());
            Layer network = new Sequential(new Lstm(3).stateful(true), new LastOverTime());
            try (Model model = Model.create(network, Shape.of(3, 2), backend, 1)) {
                Trainer trainer = new Trainer(model, new CrossEntropy(), new Sgd(0.1));
                LabelledDataset data =
                        ArrayDataset.of(new double[1][6], new int[] {1}, Shape.of(3, 2));
                IllegalArgumentException shuffled =
                        assertThrows(IllegalArgumentException.class, () -> trainer.fit(data));
                assertTrue(shuffled.getMessage().contains("resetStates"), shuffled.getMessage());
            }
        }
    }

    @Test
    void aStatefulLayersGradientCheckStartsFromZeroStates() {
        Layer layer = new Lstm(3).layers(2).stateful(true);
        assertTrue(GradientCheck.of(layer, Shape.of(2, 3, 2)).run().passed());
    }
}
