package io.retrograd.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gru;
import io.retrograd.layer.LastOverTime;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.MeanOverTime;
import io.retrograd.layer.Padded;
import io.retrograd.layer.Recurrent;
import io.retrograd.layer.Rnn;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import io.retrograd.train.ArrayDataset;
import io.retrograd.train.Model;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients of hidden states against PyTorch's autograd, and their decay against theory. */
class GradientFlowTest {
    /** Both sides compute in float64, over at most 4 steps of 9 terms. */
    private static final double FLOAT64 = 1e-13;

    private static final int HIDDEN = 8;
    private static final int STEPS = 120;

    /** {@code h.grad.norm(dim=1).mean()} of each step, the last one first, in PyTorch 2.13. */
    private static final double[] RNN = {
        0.6324497410353351, 0.28721102531425213, 0.0736851093722126, 0.026540828650490088
    };

    private static final double[] LSTM = {
        0.33006679431878694, 0.025334552017752445, 0.018937115874836555, 0.01688401024046662
    };
    private static final double[] GRU = {
        0.35185758347322493, 0.20687842694949604, 0.15991415752466823, 0.1318479231198391
    };

    /** A bidirectional GRU below a mean over time, on sequences of 4 and 2 tokens. */
    private static final double[] FORWARD = {
        0.15512486125777833, 0.22602833363564656, 0.31984957271327624, 0.3130699651359278
    };

    private static final double[] REVERSE = {
        0.14414608876163845, 0.20959494107744353, 0.3380114506737039, 0.30388262677798034
    };
    private static final double[] FORWARD_FROM_END = {
        0.15512486125777833, 0.08336410365862607, 0.062719072491399, 0.048240515535695826
    };
    private static final double[] REVERSE_FROM_END = {
        0.14414608876163845, 0.08157925604918737, 0.06782721104563152, 0.029234482648891346
    };

    @Test
    void isWhatAutogradGives() {
        List<Recurrent<?>> cells = List.of(new Rnn(3), new Lstm(3), new Gru(3));
        List<double[]> expected = List.of(RNN, LSTM, GRU);
        double[][] x = new double[2][8];
        for (int i = 0; i < 16; i++) {
            x[i / 8][i % 8] = Math.cos(i);
        }
        ArrayDataset data = ArrayDataset.of(x, new int[] {0, 2}, Shape.of(4, 2));
        for (int i = 0; i < cells.size(); i++) {
            Layer network = new Sequential(cells.get(i), new LastOverTime(), new Linear(3));
            try (Backend backend = Backends.open("reference");
                    Model model = Model.create(network, Shape.of(4, 2), backend, /* seed= */ 1)) {
                fill(model);
                List<GradientFlow> flows =
                        GradientFlow.of(model, new CrossEntropy(), data, /* samples= */ 2);
                assertEquals(1, flows.size());
                assertEquals("0.weight_hh_l0", flows.get(0).weight());
                assertMeans(expected.get(i), flows.get(0).steps());
                assertMeans(expected.get(i), flows.get(0).fromEnd());
            }
        }
    }

    @Test
    void endsWhereASequenceEnds() {
        Layer network =
                new Padded(
                        0,
                        new Sequential(
                                new Embedding(5, 2, 0),
                                new Gru(3).bidirectional(true),
                                new MeanOverTime(),
                                new Linear(3)));
        double[][] tokens = {{1, 2, 3, 4}, {4, 3, 0, 0}};
        ArrayDataset data = ArrayDataset.of(tokens, new int[] {0, 2}, Shape.of(4));
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(network, Shape.of(4), backend, /* seed= */ 1)) {
            fill(model);
            List<GradientFlow> flows =
                    GradientFlow.of(model, new CrossEntropy(), data, /* samples= */ 2);
            assertEquals(2, flows.size());
            assertEquals("body.1.weight_hh_l0_reverse", flows.get(1).weight());
            assertMeans(FORWARD, flows.get(0).steps());
            assertMeans(REVERSE, flows.get(1).steps());
            assertMeans(FORWARD_FROM_END, flows.get(0).fromEnd());
            assertMeans(REVERSE_FROM_END, flows.get(1).fromEnd());
            assertEquals(
                    List.of(2, 2, 1, 1),
                    flows.get(0).steps().stream().map(GradientFlow.Step::sequences).toList());
        }
    }

    /** With w_hh = g·Q, Q orthogonal, and a linear RNN, every step multiplies the norm by g. */
    @ParameterizedTest
    @ValueSource(doubles = {0.5, 1, 1.5})
    void decaysByTheGainOfAnOrthogonalMatrix(double gain) {
        double[] w = orthogonal(gain);
        GradientFlow flow = linear(w);
        double first = flow.steps().get(0).mean();
        for (GradientFlow.Step step : flow.steps()) {
            double expected = first * Math.pow(gain, step.distance());
            // A step adds HIDDEN products: as many roundings of 2^-53 each, at worst.
            double tolerance = 4 * HIDDEN * 0x1p-53 * (step.distance() + 1);
            assertEquals(1, step.mean() / expected, tolerance, "distance " + step.distance());
        }
        assertEquals(gain, flow.spectralRadius().orElse(0), gain * FLOAT64);
        assertEquals(gain, flow.decay(0, STEPS - 1), gain * FLOAT64);
    }

    /** Whatever w_hh does in its first powers, at a distance it is its largest eigenvalue. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void decaysByTheSpectralRadiusAtADistance(long seed) {
        double[] w = new double[HIDDEN * HIDDEN];
        Arrays.setAll(w, i -> 0.25 * Philox.uniform(seed, 0, i));
        double radius = largestEigenvalue(w);
        GradientFlow flow = linear(w);
        assertEquals(radius, flow.spectralRadius().orElse(0), radius * FLOAT64);
        // A positive matrix: its other eigenvalues are below half of the largest, so 2^-60 is left.
        assertEquals(radius, flow.decay(60, STEPS - 1), radius * FLOAT64);
        // Near the end it is another: the test can tell one from the other.
        assertTrue(Math.abs(flow.decay(0, 1) / radius - 1) > 1e-3);
    }

    @Test
    void theSpectralRadiusOfComplexEigenvalues() {
        double[] rotation = {0.9 * Math.cos(1), -0.9 * Math.sin(1), 0.9 * Math.sin(1), 0};
        rotation[3] = rotation[0];
        assertEquals(0.9, SpectralRadius.of(rotation, 2), FLOAT64);
        assertEquals(0, SpectralRadius.of(new double[] {0, 1e9, 0, 0}, 2));
        assertEquals(1e-200, SpectralRadius.of(new double[] {1e-200}, 1), 1e-213);
        assertEquals(1, SpectralRadius.of(new double[] {1, 1e6, 0, 0.5}, 2), FLOAT64);
        assertTrue(Double.isNaN(SpectralRadius.of(new double[] {Double.NaN}, 1)));
    }

    /** Float32 on the CPU: every dL/dh is a sum over T steps of H products, of norm about 1e-2. */
    @Test
    void theCpuAgrees() {
        Layer network = new Sequential(new Gru(13), new LastOverTime(), new Linear(3));
        double[][] x = new double[7][11 * 3];
        for (int i = 0; i < x.length * x[0].length; i++) {
            x[i / x[0].length][i % x[0].length] = Math.cos(i);
        }
        ArrayDataset data = ArrayDataset.of(x, new int[] {0, 1, 2, 0, 1, 2, 0}, Shape.of(11, 3));
        try (Backend cpu = Backends.open("cpu");
                Backend reference = Backends.open("reference");
                Model a = Model.create(network, Shape.of(11, 3), cpu, /* seed= */ 1);
                Model b = Model.create(network, Shape.of(11, 3), reference, /* seed= */ 1)) {
            GradientFlow fast = GradientFlow.of(a, new CrossEntropy(), data, 7).get(0);
            GradientFlow exact = GradientFlow.of(b, new CrossEntropy(), data, 7).get(0);
            for (int d = 0; d < 11; d++) {
                double expected = exact.steps().get(d).mean();
                assertEquals(expected, fast.steps().get(d).mean(), expected * 11 * 13 * 0x1p-23);
            }
        }
    }

    @Test
    void refusesWhatHasNoFlow() {
        ArrayDataset data = ArrayDataset.of(new double[][] {{1, 2}}, new int[] {0}, Shape.of(2, 1));
        try (Backend backend = Backends.open("reference");
                Model model =
                        Model.create(
                                new Sequential(new Flatten(), new Linear(2)),
                                Shape.of(2, 1),
                                backend,
                                /* seed= */ 1)) {
            CrossEntropy loss = new CrossEntropy();
            String message =
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> GradientFlow.of(model, loss, data, 1))
                            .getMessage();
            assertTrue(message.contains("expected a network with a recurrent layer"), message);
            assertThrows(
                    IllegalArgumentException.class, () -> GradientFlow.of(model, loss, data, 2));
        }
    }

    /** A tanh RNN whose h stays so near to 0 that 1 − h² is 1. */
    private static GradientFlow linear(double[] recurrent) {
        Layer network = new Sequential(new Rnn(HIDDEN), new LastOverTime(), new Linear(3));
        ArrayDataset data =
                ArrayDataset.of(
                        new double[][] {new double[STEPS], new double[STEPS]},
                        new int[] {0, 2},
                        Shape.of(STEPS, 1));
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(network, Shape.of(STEPS, 1), backend, /* seed= */ 1)) {
            model.setParameter("0.weight_hh_l0", recurrent);
            model.setParameter("0.bias_ih_l0", new double[HIDDEN]);
            model.setParameter("0.bias_hh_l0", new double[HIDDEN]);
            return GradientFlow.of(model, new CrossEntropy(), data, 2).get(0);
        }
    }

    /** gain·Q, Q a product of two reflections. */
    private static double[] orthogonal(double gain) {
        double[] q = new double[HIDDEN * HIDDEN];
        double[][] v = new double[2][HIDDEN];
        for (int k = 0; k < 2; k++) {
            for (int i = 0; i < HIDDEN; i++) {
                v[k][i] = Philox.normal(/* seed= */ 7, k, i);
            }
        }
        for (int i = 0; i < HIDDEN; i++) {
            double[] row = new double[HIDDEN];
            row[i] = gain;
            for (double[] axis : v) {
                double dot = 0;
                double square = 0;
                for (int j = 0; j < HIDDEN; j++) {
                    dot += row[j] * axis[j];
                    square += axis[j] * axis[j];
                }
                for (int j = 0; j < HIDDEN; j++) {
                    row[j] -= 2 * dot / square * axis[j];
                }
            }
            System.arraycopy(row, 0, q, i * HIDDEN, HIDDEN);
        }
        return q;
    }

    /** The largest eigenvalue of a positive matrix, by power iteration. */
    private static double largestEigenvalue(double[] w) {
        double[] v = new double[HIDDEN];
        Arrays.fill(v, 1);
        double norm = 0;
        for (int k = 0; k < 500; k++) {
            double[] next = new double[HIDDEN];
            norm = 0;
            for (int i = 0; i < HIDDEN; i++) {
                for (int j = 0; j < HIDDEN; j++) {
                    next[i] += w[i * HIDDEN + j] * v[j];
                }
                norm = Math.max(norm, next[i]);
            }
            for (int i = 0; i < HIDDEN; i++) {
                v[i] = next[i] / norm;
            }
        }
        return norm;
    }

    private static void fill(Model model) {
        List<String> names = model.names();
        for (int k = 0; k < names.size(); k++) {
            double[] values = model.parameter(names.get(k));
            for (int i = 0; i < values.length; i++) {
                values[i] = 0.8 * Math.sin(1.3 * i + k);
            }
            model.setParameter(names.get(k), values);
        }
    }

    private static void assertMeans(double[] expected, List<GradientFlow.Step> steps) {
        assertEquals(expected.length, steps.size());
        for (int d = 0; d < expected.length; d++) {
            assertEquals(d, steps.get(d).distance());
            assertEquals(expected[d], steps.get(d).mean(), FLOAT64, "distance " + d);
        }
    }
}
