package io.retrograd.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Tanh;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.loss.MseLoss;
import io.retrograd.optim.Adam;
import io.retrograd.optim.Sgd;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds gradients at hand against PyTorch's, which {@code src/tools/gradients} wrote. */
class GradientPassTest {
    private static final Layer NETWORK =
            new Sequential(
                    new Conv2d(3, 3).padding(1),
                    new BatchNorm(),
                    new Tanh(),
                    new Residual(new Sequential(new Conv2d(3, 3).padding(1), new Tanh())),
                    new Flatten(),
                    new Linear(3));
    private static final Shape IMAGE = Shape.of(2, 4, 4);

    /** One for each weight of 16 units over 3 inputs. */
    private static final double[] IN_ALL = IntStream.range(0, 48).mapToDouble(i -> 1).toArray();

    private static JsonNode torch;
    private static double[] x;
    private static int[] labels;

    @BeforeAll
    static void read() throws IOException {
        try (InputStream file = GradientPassTest.class.getResourceAsStream("gradients.json")) {
            torch = new ObjectMapper().readTree(file);
        }
        x = numbers(torch.get("x"));
        labels = Arrays.stream(numbers(torch.get("labels"))).mapToInt(v -> (int) v).toArray();
    }

    private static double[] numbers(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToDouble(JsonNode::asDouble)
                .toArray();
    }

    private static Model model(Backend backend) {
        Model model = Model.create(NETWORK, IMAGE, backend, 1);
        for (String kind : List.of("parameters", "states")) {
            torch.get(kind)
                    .properties()
                    .forEach(e -> model.setParameter(e.getKey(), numbers(e.getValue())));
        }
        return model;
    }

    private static void assertParameters(JsonNode expected, Gradients g, double bound) {
        expected.properties()
                .forEach(
                        e ->
                                assertArrayEquals(
                                        numbers(e.getValue()),
                                        g.parameter(e.getKey()),
                                        bound,
                                        e.getKey()));
    }

    /** Bounds: values near 1 of sums of up to 80 terms, worst 3e-16, 4e-7 and 4e-7. */
    @ParameterizedTest
    @CsvSource({"reference, 1e-14", "cpu, 5e-6", "cuda-standin, 5e-6"})
    void lossesAreTorchs(String device, double bound) {
        try (Backend backend = Backends.open(device);
                Model model = model(backend)) {
            double[] before = model.parameter("1.running_mean");
            Gradients infer = run(model, GradientOptions.infer(), pass -> pass.run(x, labels));
            assertEquals(torch.at("/infer/loss").asDouble(), infer.loss(), bound);
            assertArrayEquals(numbers(torch.at("/infer/x")), infer.input(), bound);
            assertParameters(torch.at("/infer/parameters"), infer, bound);
            assertArrayEquals(before, model.parameter("1.running_mean"));

            Gradients train = model.gradients(x, labels, new CrossEntropy());
            assertEquals(torch.at("/train/loss").asDouble(), train.loss(), bound);
            assertArrayEquals(numbers(torch.at("/train/x")), train.input(), bound);
            assertParameters(torch.at("/train/parameters"), train, 4 * bound);
        }
    }

    private interface Use<T> {
        T of(GradientPass pass);
    }

    private static <T> T run(Model model, GradientOptions options, Use<T> use) {
        try (GradientPass pass =
                new GradientPass(model, new CrossEntropy(), labels.length, options)) {
            return use.of(pass);
        }
    }

    @ParameterizedTest
    @CsvSource({"reference, 1e-14", "cpu, 5e-6", "cuda-standin, 5e-6"})
    void oneLogitIsTorchs(String device, double bound) {
        JsonNode expected = torch.get("logit1");
        try (Backend backend = Backends.open(device);
                Model model = model(backend);
                GradientPass pass =
                        new GradientPass(
                                model,
                                labels.length,
                                GradientOptions.infer().activations("2", "3.body.1"))) {
            Gradients g = pass.output(x, 1);
            assertArrayEquals(numbers(expected.get("y")), g.output(), bound);
            assertArrayEquals(numbers(expected.get("x")), g.input(), bound);
            for (String path : List.of("2", "3.body.1")) {
                assertArrayEquals(numbers(expected.get(path)), g.activation(path), bound);
                assertArrayEquals(
                        numbers(expected.get(path + ".grad")), g.activationGradient(path), bound);
                assertArrayEquals(numbers(expected.get(path)), model.activations(x, path), bound);
            }
            assertParameters(expected.get("parameters"), g, bound);
            assertArrayEquals(g.input(), model.gradients(x, 1).input());
            double[] logits = g.output();
            assertEquals(
                    IntStream.range(0, labels.length).mapToDouble(n -> logits[3 * n + 1]).sum(),
                    g.loss(),
                    bound * labels.length);
        }
    }

    /** A device may compute in another order where only parameters need nothing. */
    @ParameterizedTest
    @CsvSource({"reference, 1e-15", "cpu, 5e-6"})
    void withoutParameters(String device, double bound) {
        GradientOptions options = GradientOptions.infer().activations("2");
        try (Backend backend = Backends.open(device);
                Model model = model(backend)) {
            Gradients all = run(model, options, pass -> pass.run(x, labels));
            Gradients some = run(model, options.withoutParameters(), pass -> pass.run(x, labels));
            assertArrayEquals(all.input(), some.input(), bound);
            assertArrayEquals(all.activationGradient("2"), some.activationGradient("2"), bound);
            assertEquals(all.loss(), some.loss(), bound);
            assertEquals(List.of(), some.parameters());
        }
    }

    /** The relative error of products, beside what they estimate. */
    @ParameterizedTest
    @CsvSource({"reference, 1e-9", "cpu, 2e-3", "cuda-standin, 2e-3"})
    void hessianProductIsTorchs(String device, double bound) {
        try (Backend backend = Backends.open(device);
                Model model = model(backend)) {
            Map<String, double[]> v = map(torch.at("/infer/v"));
            Map<String, double[]> expected = map(torch.at("/infer/hvp"));
            Map<String, double[]> before = values(model);
            HessianProduct product =
                    run(
                            model,
                            GradientOptions.infer(),
                            pass -> {
                                assertThrows(IllegalStateException.class, () -> pass.hvp(v));
                                pass.run(x, labels);
                                return pass.hvp(v);
                            });
            Map<String, double[]> differences = new LinkedHashMap<>();
            expected.forEach(
                    (name, values) -> {
                        double[] got = product.values().get(name);
                        differences.put(
                                name,
                                IntStream.range(0, values.length)
                                        .mapToDouble(i -> got[i] - values[i])
                                        .toArray());
                    });
            double error = Gradients.norm(differences);
            double norm = Gradients.norm(expected);
            assertTrue(error <= bound * norm, error / norm + " of " + product.error() / norm);
            assertTrue(error <= 10 * product.error(), error + " of " + product.error());
            before.forEach((name, w) -> assertArrayEquals(w, model.parameter(name), name));
        }
    }

    private static Map<String, double[]> map(JsonNode arrays) {
        Map<String, double[]> map = new LinkedHashMap<>();
        arrays.properties().forEach(e -> map.put(e.getKey(), numbers(e.getValue())));
        return map;
    }

    private static Map<String, double[]> values(Model model) {
        Map<String, double[]> values = new LinkedHashMap<>();
        model.names().forEach(name -> values.put(name, model.parameter(name)));
        return values;
    }

    @ParameterizedTest
    @CsvSource({"reference, 1e-14", "cpu, 5e-6", "cuda-standin, 5e-6"})
    void eachSampleAndTheirMeanAreTorchs(String device, double bound) {
        try (Backend backend = Backends.open(device);
                Model model = model(backend);
                GradientPass pass =
                        new GradientPass(model, new CrossEntropy(), 1, GradientOptions.infer())) {
            List<Gradients> each = pass.each(x, labels);
            for (int n = 0; n < labels.length; n++) {
                assertParameters(torch.get("samples").get(n), each.get(n), 2 * bound);
            }
            double[] weights = new double[labels.length];
            Arrays.fill(weights, 1);
            Gradients mean = Gradients.mean(each, weights);
            assertEquals(torch.at("/infer/loss").asDouble(), mean.loss(), bound);
            assertParameters(torch.at("/infer/parameters"), mean, bound);
        }
    }

    @Test
    void trainingDrawsOtherMasksAndHvpTheSame() {
        Layer network = new Sequential(new Linear(16), new Dropout(0.5), new Linear(1));
        double[] in = {1, -1, 0.5};
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(network, Shape.of(3), backend, 1);
                GradientPass pass =
                        new GradientPass(model, new MseLoss(), 1, GradientOptions.train())) {
            Gradients first = pass.run(in, new double[] {1});
            Gradients second = pass.run(in, new double[] {1});
            assertNotEquals(first.loss(), second.loss());
            // A loss that is quadratic in the last bias: its second derivative is 2.
            HessianProduct h = pass.hvp(Map.of("2.bias", new double[] {1}));
            assertEquals(2, h.values().get("2.bias")[0], 1e-9);

            // The masks are the last run's, whatever the model has trained on since.
            Map<String, double[]> v = Map.of("0.weight", IN_ALL);
            double[] product = pass.hvp(v).values().get("2.weight");
            try (GradientPass other =
                    new GradientPass(model, new MseLoss(), 1, GradientOptions.train())) {
                other.run(in, new double[] {0});
            }
            assertArrayEquals(product, pass.hvp(v).values().get("2.weight"));
        }
    }

    /** Bit by bit: a pass in inference mode counts no batch, so that masks stay the same. */
    @Test
    void inferenceLeavesATrainingAsItIs() {
        assertArrayEquals(trained(/* looksAtGradients= */ false), trained(true));
    }

    private static double[] trained(boolean looksAtGradients) {
        Layer network = new Sequential(new Linear(16), new Dropout(0.5), new Linear(1));
        double[] in = {1, -1, 0.5};
        double[] target = {1};
        try (Backend backend = Backends.open("reference");
                Model model = Model.create(network, Shape.of(3), backend, 1);
                TrainStep step = new TrainStep(model, new MseLoss(), new Adam(1e-2), 1);
                GradientPass pass =
                        new GradientPass(model, new MseLoss(), 1, GradientOptions.infer())) {
            for (int n = 0; n < 3; n++) {
                step.run(in, target);
                if (looksAtGradients) {
                    pass.run(in, target);
                    pass.hvp(Map.of("2.bias", new double[] {1}));
                }
            }
            return model.parameter("0.weight");
        }
    }

    @Test
    void saysWhatIsWrong() {
        try (Backend backend = Backends.open("reference");
                Model model = model(backend)) {
            Exception unknown =
                    assertThrows(
                            IllegalArgumentException.class, () -> model.activations(x, "3.head"));
            assertTrue(unknown.getMessage().contains("3.body.1"), unknown.getMessage());
            Gradients g = model.gradients(x, labels, new CrossEntropy());
            assertThrows(IllegalArgumentException.class, () -> g.activation("2"));
            assertThrows(IllegalArgumentException.class, () -> g.parameter("1.running_mean"));
            assertThrows(IllegalArgumentException.class, () -> model.gradients(x, 3));
            assertThrows(IllegalArgumentException.class, () -> model.gradients(x, -1));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> model.gradients(new double[31], labels, new CrossEntropy()));
            GradientPass pass =
                    new GradientPass(model, new CrossEntropy(), 5, GradientOptions.infer());
            assertThrows(IllegalArgumentException.class, () -> pass.each(x, labels));
            assertThrows(IllegalArgumentException.class, () -> pass.output(x, 0));
            pass.run(x, labels);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> pass.hvp(Map.of("1.running_mean", new double[3])));
            assertEquals(0, pass.hvp(Map.of()).error());
            pass.close();
            pass.close();
            assertThrows(IllegalStateException.class, () -> pass.run(x, labels));
        }
    }

    @Test
    void hooksReadAndChangeGradients() {
        try (Backend backend = Backends.open("reference");
                Model model = model(backend)) {
            double[] head = model.parameter("5.weight");
            double[] stem = model.parameter("0.weight");
            int[] calls = {0};
            new Trainer(model, new CrossEntropy(), new Sgd(1))
                    .batch(2)
                    .accumulate(2)
                    .beforeUpdate(
                            g -> {
                                assertEquals(++calls[0], g.step());
                                assertTrue(g.norm("0.weight") > 0);
                                g.scale("5.weight", 0);
                            })
                    .fit(ArrayDataset.of(rows(), labels, IMAGE));
            assertEquals(2, calls[0]); // Batches of 2, 2, and 1.
            assertArrayEquals(head, model.parameter("5.weight"));
            assertTrue(!Arrays.equals(stem, model.parameter("0.weight")));
            Trainer wrong =
                    new Trainer(model, new CrossEntropy(), new Sgd(1))
                            .beforeUpdate(g -> g.set("5.bias", Double.NaN, 0, 0));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> wrong.fit(ArrayDataset.of(rows(), labels, IMAGE)));
        }
    }

    private static double[][] rows() {
        int size = (int) IMAGE.size();
        return IntStream.range(0, labels.length)
                .mapToObj(n -> Arrays.copyOfRange(x, n * size, (n + 1) * size))
                .toArray(double[][]::new);
    }
}
