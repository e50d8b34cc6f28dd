package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Node;
import io.retrograd.backend.OpenOptions;
import io.retrograd.bind.Binding;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Embedding;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.MeanOverTime;
import io.retrograd.layer.Prelu;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.ParameterGroup;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Philox;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frozen parameters: they keep their bits, the others are trained as without it, and backward stops
 * where nobody needs it. Each on all devices that are here.
 */
class FreezingTest {
    private static final int SAMPLES = 12;

    /** The same gradients from other operations: joined, or with other weights' layouts. */
    private static final double ROUNDING = 1e-4;

    static List<String> devices() {
        return Backends.providers().stream()
                .filter(provider -> provider.probe().usable())
                .map(it -> it.name())
                .toList();
    }

    /** Deterministic: that takes no measurements, and so less time. */
    private static Backend open(String device) {
        String precision = Backends.provider(device).precisions().get(0);
        OpenOptions options = OpenOptions.of(precision).threads(1).deterministic(true);
        return Backends.provider(device).open(options);
    }

    /**
     * 0 conv, 1 norm, 2 relu, 3 residual, 4 relu, 5 pool, 6 flatten, 7 linear, 8 relu, 9 linear.
     */
    private static Layer pictures() {
        return new Sequential(
                new Conv2d(4, 3).padding(1).bias(false),
                new BatchNorm(),
                new Relu(),
                new Residual(
                        new Sequential(new Conv2d(4, 3).padding(1).bias(false), new BatchNorm())),
                new Relu(),
                new MaxPool2d(2),
                new Flatten(),
                new Linear(6),
                new Relu(),
                new Linear(3));
    }

    private static ArrayDataset pictureData() {
        return data(Shape.of(2, 6, 6));
    }

    private static ArrayDataset data(Shape sample) {
        double[][] x = new double[SAMPLES][Math.toIntExact(sample.size())];
        int[] labels = new int[SAMPLES];
        for (int n = 0; n < SAMPLES; n++) {
            for (int i = 0; i < x[n].length; i++) {
                x[n][i] = 2 * Philox.uniform(3, n, i) - 1;
            }
            labels[n] = n % 3;
        }
        return ArrayDataset.of(x, labels, sample);
    }

    private static Model model(Layer layer, Shape sample, Backend backend) {
        return Model.create(layer, sample, backend, /* seed= */ 1);
    }

    private static Trainer trainer(Model model, Optimizer optimizer) {
        return new Trainer(model, new CrossEntropy(), optimizer).batch(SAMPLES).epochs(3);
    }

    /** A network of pictures, and patterns of which each step in one more freezes more of it. */
    static Stream<Arguments> patterns() {
        return devices().stream()
                .flatMap(
                        device ->
                                Stream.of("0.*", "*.bias", "0.*,1.*,3.*", "3.*", "7.*", "1.weight")
                                        .map(it -> Arguments.of(device, it)));
    }

    /** A group with a learning rate of 0 has all gradients computed, and changes nothing. */
    @ParameterizedTest
    @MethodSource("patterns")
    void theOthersAreTrainedAsWithARateOf0(String device, String patterns) {
        String[] globs = patterns.split(",");
        Optimizer sgd = new Sgd(0.1).momentum(0.9);
        try (Backend backend = open(device);
                Model frozen = model(pictures(), Shape.of(2, 6, 6), backend);
                Model still = model(pictures(), Shape.of(2, 6, 6), backend)) {
            List<double[]> before = values(frozen);
            trainer(frozen, sgd).freeze(globs).fit(pictureData());
            trainer(still, sgd.group(ParameterGroup.matching(globs).learningRateFactor(0)))
                    .fit(pictureData());
            boolean moved = false;
            for (int i = 0; i < before.size(); i++) {
                String name = frozen.names().get(i);
                double[] got = frozen.parameter(name);
                assertArrayEquals(still.parameter(name), got, ROUNDING, name);
                boolean fixed = Arrays.stream(globs).anyMatch(it -> matches(it, name));
                assertTrue(!fixed || Arrays.equals(before.get(i), got), name);
                moved |= !Arrays.equals(before.get(i), got);
            }
            assertTrue(moved, "something is trained");
        }
    }

    private static boolean matches(String glob, String name) {
        return !name.contains("running")
                && name.matches(glob.replace(".", "\\.").replace("*", ".*"));
    }

    private static List<double[]> values(Model model) {
        return model.names().stream().map(model::parameter).toList();
    }

    /** The operations whose backward runs. */
    private static List<String> backwards(TrainStep step) {
        List<String> names = new ArrayList<>();
        step.network()
                .binding()
                .run(
                        new Binding.Watcher() {
                            @Override
                            public void before(Node node, boolean backward) {
                                if (backward) {
                                    names.add(node.path());
                                }
                            }

                            @Override
                            public void after(Node node, boolean backward) {}
                        });
        return names;
    }

    @ParameterizedTest
    @MethodSource("devices")
    void backwardEndsAtTheDeepestTrainedLayer(String device) {
        try (Backend backend = open(device);
                Model model = model(pictures(), Shape.of(2, 6, 6), backend)) {
            Optimizer optimizer =
                    new Sgd(0.1).group(ParameterGroup.matching("0.*", "1.*", "3.*").frozen());
            try (TrainStep step = new TrainStep(model, new CrossEntropy(), optimizer, SAMPLES)) {
                double[] x = new double[SAMPLES * 72];
                step.run(x, new int[SAMPLES]);
                List<String> names = backwards(step);
                assertTrue(names.contains("7") && names.contains("9"), names.toString());
                for (String deeper : List.of("0", "1", "2", "3", "3.body.0", "4", "5", "6")) {
                    assertFalse(names.contains(deeper), deeper + " of " + names);
                }
            }
            try (TrainStep step = new TrainStep(model, new CrossEntropy(), new Sgd(0.1), SAMPLES)) {
                assertTrue(backwards(step).contains("0"));
            }
        }
    }

    /**
     * By hand: a training of the frozen epochs, and another one of the rest with a new optimizer.
     */
    @ParameterizedTest
    @MethodSource("devices")
    void unfreezingGoesOnWithANewOptimizer(String device) {
        try (Backend backend = open(device);
                Model model = model(pictures(), Shape.of(2, 6, 6), backend);
                Model byHand = model(pictures(), Shape.of(2, 6, 6), backend)) {
            Optimizer adam = new Adam(1e-2);
            String[] stem = {"0.*", "1.*", "3.*"};
            trainer(model, adam)
                    .epochs(5)
                    .freeze(Freezing.of(stem).norms().until(2))
                    .fit(pictureData());
            trainer(byHand, adam).epochs(2).freeze(Freezing.of(stem).norms()).fit(pictureData());
            trainer(byHand, adam).epochs(3).fit(pictureData());
            for (String name : model.names()) {
                assertArrayEquals(byHand.parameter(name), model.parameter(name), ROUNDING, name);
            }
            assertEquals(5, model.steps());
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void frozenNormsInferIfAsked(String device) {
        try (Backend backend = open(device)) {
            for (boolean norms : new boolean[] {true, false}) {
                try (Model model = model(pictures(), Shape.of(2, 6, 6), backend)) {
                    double[] mean = {0.1, 0.2, 0.3, 0.4};
                    model.setParameter("1.running_mean", mean);
                    Freezing freezing = Freezing.of("0.*", "1.*");
                    trainer(model, new Sgd(0.1))
                            .freeze(norms ? freezing.norms() : freezing)
                            .fit(pictureData());
                    double[] after = model.parameter("1.running_mean");
                    double moved = 0;
                    for (int i = 0; i < mean.length; i++) {
                        moved += Math.abs(after[i] - mean[i]);
                    }
                    assertEquals(norms, moved < 1e-6, "moved by " + moved);
                    double[] others = model.parameter("3.body.1.running_mean");
                    assertTrue(Arrays.stream(others).anyMatch(v -> v != 0), "not frozen");
                }
            }
        }
    }

    /** Layers that cannot leave out gradients of parameters, above and below trained ones. */
    @ParameterizedTest
    @MethodSource("devices")
    void otherLayersToo(String device) {
        Layer layer =
                new Sequential(
                        new Embedding(7, 4),
                        new LayerNorm(4),
                        new Gru(4),
                        new Prelu(),
                        new LayerNorm(4),
                        new MeanOverTime(),
                        new Linear(3));
        double[][] x = new double[SAMPLES][5];
        int[] labels = new int[SAMPLES];
        for (int n = 0; n < SAMPLES; n++) {
            for (int t = 0; t < 5; t++) {
                x[n][t] = (n * 3 + t * t) % 7;
            }
            labels[n] = n % 3;
        }
        ArrayDataset texts = ArrayDataset.of(x, labels, Shape.of(5));
        for (String glob : List.of("0.*", "1.*", "2.*", "3.*,4.*", "0.*,1.*,2.*,3.*,4.*")) {
            try (Backend backend = open(device);
                    Model frozen = model(layer, Shape.of(5), backend);
                    Model still = model(layer, Shape.of(5), backend)) {
                String[] globs = glob.split(",");
                trainer(frozen, new Sgd(0.1)).freeze(globs).fit(texts);
                trainer(
                                still,
                                new Sgd(0.1)
                                        .group(
                                                ParameterGroup.matching(globs)
                                                        .learningRateFactor(0)))
                        .fit(texts);
                for (String name : frozen.names()) {
                    assertArrayEquals(
                            still.parameter(name),
                            frozen.parameter(name),
                            ROUNDING,
                            glob + " " + name);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("devices")
    void refusesWhatLeavesNothing(String device) {
        try (Backend backend = open(device);
                Model model = model(pictures(), Shape.of(2, 6, 6), backend)) {
            Trainer trainer = trainer(model, new Sgd(0.1));
            for (String glob : List.of("*", "head.*")) {
                Exception e =
                        assertThrows(
                                IllegalArgumentException.class,
                                () -> trainer.freeze(glob).fit(pictureData()));
                assertTrue(String.valueOf(e.getMessage()).startsWith("Freezing: expected"), glob);
            }
        }
    }
}
