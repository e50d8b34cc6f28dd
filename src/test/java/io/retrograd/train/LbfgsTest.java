package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.MseLoss;
import io.retrograd.loss.PoissonNllLoss;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Iterates against PyTorch 2.13's LBFGS with strong Wolfe conditions, in float64. */
class LbfgsTest {
    private static final Sequential NETWORK =
            new Sequential(new Linear(4), new Tanh(), new Linear(2));

    /** What PyTorch reaches, by its settings. */
    record Reached(
            int most,
            int history,
            double rate,
            int iterations,
            int evaluations,
            double loss,
            List<Double> biases) {
        @Override
        public String toString() {
            return most + " iterations, history " + history + ", rate " + rate;
        }
    }

    static Stream<Reached> torch() {
        return Stream.of(
                new Reached(
                        8,
                        100,
                        30,
                        5,
                        11,
                        0.22044882154272347,
                        List.of(
                                -0.68248832487827,
                                -0.862563098474097,
                                0.916153530478008,
                                0.321237928237508,
                                -0.642992636778083,
                                -1.00606550238629)),
                new Reached(
                        8,
                        100,
                        0.03,
                        5,
                        11,
                        0.24250782281535382,
                        List.of(
                                -0.735304581986125,
                                -0.871999450964147,
                                0.934125085892202,
                                0.216052863248082,
                                -0.718551557241096,
                                -1.0035820000671)),
                new Reached(
                        8,
                        100,
                        300,
                        4,
                        11,
                        0.23082052617194188,
                        List.of(
                                -0.682169168978926,
                                -0.858211817859999,
                                0.93110976661308,
                                0.257670634389763,
                                -0.688733520190279,
                                -1.0178283976546)),
                new Reached(
                        1,
                        100,
                        1,
                        1,
                        2,
                        0.25735500894631286,
                        List.of(
                                -0.759761870913624,
                                -0.82981185589677,
                                0.95075007700119,
                                0.246086922609147,
                                -0.716706827579246,
                                -1.00673711980242)),
                new Reached(
                        3,
                        100,
                        1,
                        2,
                        3,
                        0.24694711490223176,
                        List.of(
                                -0.738652665459126,
                                -0.853445852145311,
                                0.94350221713613,
                                0.220895972115127,
                                -0.727846821813942,
                                -1.0069373722033)),
                new Reached(
                        12,
                        100,
                        1,
                        12,
                        14,
                        0.2034501295784844,
                        List.of(
                                -0.918698664379914,
                                -0.947905695655162,
                                1.071510212848,
                                0.41619377684872,
                                -0.935717295659801,
                                -0.844578889034719)),
                new Reached(
                        12,
                        2,
                        1,
                        12,
                        13,
                        0.20876993291626333,
                        List.of(
                                -0.772625906780545,
                                -0.894966492246275,
                                0.999806821729823,
                                0.399970283161112,
                                -0.768110441201438,
                                -0.945340941794401)),
                new Reached(
                        40,
                        5,
                        1,
                        40,
                        49,
                        0.06821011257514746,
                        List.of(
                                -6.34576595328816,
                                -4.87252905835809,
                                6.339978055151,
                                -0.994855028328621,
                                -7.64722013216331,
                                1.88226844890913)));
    }

    private static double[] waves(int count, double phase) {
        double[] values = new double[count];
        Arrays.setAll(values, i -> Math.sin(i + phase));
        return values;
    }

    private static Dataset data() {
        double[][] x = new double[8][];
        double[][] t = new double[8][];
        for (int n = 0; n < 8; n++) {
            x[n] = Arrays.copyOfRange(waves(24, 0), 3 * n, 3 * n + 3);
            t[n] = Arrays.copyOfRange(waves(16, 4), 2 * n, 2 * n + 2);
            for (int i = 0; i < 2; i++) {
                t[n][i] *= 0.7;
            }
        }
        return ColumnDataset.ofInput("x", Shape.of(3), x).target("t", Shape.of(2), t);
    }

    private static Model model(Backend backend) {
        Model model = Model.create(NETWORK, Shape.of(3), backend, /* seed= */ 1);
        List<String> names = List.of("0.weight", "0.bias", "2.weight", "2.bias");
        for (int i = 0; i < names.size(); i++) {
            int count = model.parameter(names.get(i)).length;
            model.setParameter(names.get(i), waves(count, i + 1.0));
        }
        return model;
    }

    /** Roundings grow from iteration to iteration, by up to a digit in each three. */
    @ParameterizedTest
    @MethodSource("torch")
    void iteratesAreTorchs(Reached expected) {
        try (Backend backend = Backends.open("reference");
                Model model = model(backend)) {
            Lbfgs.Result result =
                    new Lbfgs(model, new MseLoss())
                            .maxIterations(expected.most)
                            .historySize(expected.history)
                            .learningRate(expected.rate)
                            .minimize(data());
            assertEquals(expected.iterations, result.iterations());
            assertEquals(expected.evaluations, result.evaluations());
            double bound =
                    expected.iterations <= 2 ? 1e-13 : expected.iterations < 40 ? 1e-9 : 1e-4;
            assertEquals(expected.loss, result.loss(), bound);
            double[] biases = Arrays.copyOf(model.parameter("2.bias"), 6);
            System.arraycopy(model.parameter("0.bias"), 0, biases, 2, 4);
            assertArrayEquals(
                    expected.biases.stream().mapToDouble(b -> b).toArray(), biases, 10 * bound);
        }
    }

    /** Batches of any size give the same sum; in float32 a minimum is one too. */
    @ParameterizedTest
    @ValueSource(strings = {"reference", "cpu", "cuda-standin"})
    void comesToTheSameMinimumInParts(String device) {
        double[][] x = new double[10][3];
        double[][] y = new double[10][1];
        for (int n = 0; n < 10; n++) {
            for (int i = 0; i < 3; i++) {
                x[n][i] = Math.sin(2.3 * n + 1.9 * i * i + n * i);
            }
            y[n][0] = 2 * x[n][0] - x[n][1] + 0.5 + 0.3 * Math.sin(7 * n);
        }
        Dataset data = ColumnDataset.ofInput("x", Shape.of(3), x).target("y", Shape.of(1), y);
        try (Backend backend = Backends.open(device);
                Model whole = Model.create(new Linear(1), Shape.of(3), backend, /* seed= */ 1);
                Model parts = Model.create(new Linear(1), Shape.of(3), backend, /* seed= */ 1)) {
            Lbfgs.Result all = new Lbfgs(whole, new MseLoss()).maxIterations(50).minimize(data);
            Lbfgs.Result some =
                    new Lbfgs(parts, new MseLoss()).batch(4).maxIterations(50).minimize(data);
            assertEquals(all.loss(), some.loss(), 1e-7);
            assertTrue(all.largestGradient() < 1e-4, all.toString());
            assertArrayEquals(whole.parameter("weight"), parts.parameter("weight"), 1e-4);
            assertArrayEquals(whole.parameter("bias"), parts.parameter("bias"), 1e-4);
        }
    }

    /** Of exp(w) − w from −30, −29, ..., −3: how often PyTorch evaluates it. */
    private static final int[] EVALUATIONS = {
        18, 13, 20, 19, 12, 15, 15, 15, 21, 19, 12, 21, 22, 19, 14, 18, 15, 13, 13, 13, 5, 12, 11,
        10, 8, 11, 9, 7
    };

    /** The slope is −1 far into a bracket, and huge at its other end. */
    @Test
    void shrinksBracketsAsTorchDoes() {
        Dataset one =
                ColumnDataset.ofInput("x", Shape.of(1), new double[][] {{1}})
                        .target("count", Shape.of(1), new double[][] {{1}});
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(new Linear(1).bias(false), Shape.of(1), backend, 1)) {
            int[] evaluations = new int[EVALUATIONS.length];
            for (int i = 0; i < evaluations.length; i++) {
                model.setParameter("weight", i - 30);
                evaluations[i] = new Lbfgs(model, new PoissonNllLoss()).minimize(one).evaluations();
                assertEquals(0, model.parameter("weight")[0], 3e-5);
            }
            assertArrayEquals(EVALUATIONS, evaluations);
        }
    }

    @Test
    void staysWhereTheGradientIsZero() {
        try (Backend backend = Backends.open("reference");
                Model line = Model.create(new Linear(1), Shape.of(1), backend, /* seed= */ 1)) {
            line.setParameter("weight", 2);
            line.setParameter("bias", 0);
            Dataset data =
                    ColumnDataset.ofInput("x", Shape.of(1), new double[][] {{1}, {2}})
                            .target("y", Shape.of(1), new double[][] {{2}, {4}});
            Lbfgs.Result result = new Lbfgs(line, new MseLoss()).minimize(data);
            assertEquals(new Lbfgs.Result(0, 0, 1, 0), result);
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        try (Backend backend = Backends.open("reference");
                Model model = model(backend)) {
            Lbfgs lbfgs = new Lbfgs(model, new MseLoss());
            for (Runnable call :
                    List.<Runnable>of(
                            () -> lbfgs.batch(0),
                            () -> lbfgs.historySize(0),
                            () -> lbfgs.maxIterations(0),
                            () -> lbfgs.learningRate(0),
                            () -> lbfgs.toleranceGrad(-1),
                            () -> lbfgs.toleranceChange(Double.NaN))) {
                assertThrows(IllegalArgumentException.class, call::run);
            }
            model.setParameter("2.bias", 1e300, 1e300);
            double[] before = model.parameter("0.weight");
            assertThrows(DivergenceException.class, () -> lbfgs.minimize(data()));
            assertArrayEquals(before, model.parameter("0.weight"));
        }
    }
}
