package io.retrograd.layer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Named nodes against the same network written with composites, and what is refused. */
class GraphTest {
    private static final Layer FIRST = new Conv2d(4, 3).padding(1);
    private static final Layer SECOND = new Conv2d(4, 1);
    private static final Shape INPUT = Shape.of(2, 3, 5, 7);

    private static Graph graph() {
        return Graph.of("x")
                .node("enc", FIRST, "x")
                .node("act", new Relu(), "enc")
                .node("dec", SECOND, "act")
                .node("up", new Concat(), "act", "dec");
    }

    @Test
    void isTheNetworkOfComposites() {
        Layer composites = new Sequential(FIRST, new Relu(), new Concat(new Sequential(), SECOND));
        assertEquals(composites.outputShape(INPUT), graph().outputShape(INPUT));
        double[][] expected = run(composites);
        double[][] got = run(graph());
        assertArrayEquals(expected[0], got[0]);
        assertArrayEquals(expected[1], got[1]);
    }

    /** The gradient of a shared weight is the sum over two of the same values. */
    @Test
    void sumsTheGradientsOfWhatIsShared() {
        Layer conv = new Conv2d(4, 3);
        Graph twice =
                Graph.of("x")
                        .node("a", conv, "x")
                        .node("half", new Scale(0.5), "x")
                        .shared("b", "a", "half")
                        .node("y", new Concat(), "a", "b");
        Graph apart =
                Graph.of("x")
                        .node("a", conv, "x")
                        .node("half", new Scale(0.5), "x")
                        .node("b", conv, "half")
                        .node("y", new Concat(), "a", "b");
        Map<String, double[]> both = gradients(twice);
        Map<String, double[]> each = gradients(apart);
        assertEquals(Set.of("a.weight", "a.bias"), both.keySet());
        for (String name : List.of("weight", "bias")) {
            double[] sum = each.get("a." + name);
            double[] second = each.get("b." + name);
            Arrays.setAll(sum, i -> sum[i] + second[i]);
            assertArrayEquals(sum, both.get("a." + name), name);
        }
    }

    /** The parameters' gradients, those of one kind with the same values. */
    private static Map<String, double[]> gradients(Layer layer) {
        try (Backend backend = Backends.open("reference");
                Parameters parameters = new Parameters(backend, /* seed= */ 1)) {
            Binder binder = new Binder(parameters, BindOptions.inspect(true));
            Tensor x = layer.input(binder, INPUT);
            Tensor y = binder.keep(layer.bind(binder, x));
            try (Binding binding = binder.commit()) {
                parameters.tensors().forEach(w -> w.copyFrom(waves(w.shape(), 3)));
                x.copyFrom(waves(INPUT, 0));
                binding.forward();
                y.requireGrad().copyFrom(waves(y.shape(), 7));
                binding.backward();
                Map<String, double[]> gradients = new HashMap<>();
                parameters
                        .tensors()
                        .forEach(w -> gradients.put(w.name(), w.requireGrad().toArray()));
                return gradients;
            }
        }
    }

    @Test
    void refusesToShareOrTieWhatIsNot() {
        assertRefused("node b: expected to compute as a node", () -> graph().shared("b", "z", "x"));
        assertRefused(
                "node b: expected to compute as a node of 2 inputs, got enc",
                () -> graph().shared("b", "enc", "x", "x"));
        assertRefused(
                "expected a parameter of one of the nodes [enc, act, dec, up], got z.weight",
                () -> graph().tied("z.weight", "enc.weight"));
        assertRefused(
                "tied to no other",
                () -> graph().tied("dec.bias", "enc.bias").tied("enc.bias", "dec.bias"));
        assertRefused(
                "expected a tied parameter to be one of the network's, got dec.weights",
                () -> gradients(graph().tied("dec.weights", "enc.weight")));
        assertRefused(
                "expected enc.weight of shape (4, 3, 3, 3)",
                () -> gradients(graph().tied("dec.weight", "enc.weight")));
        assertRefused(
                "expected alone to be read",
                () -> gradients(graph().node("alone", new Relu(), "x").outputs("up")));
    }

    /** The output and the input's gradient, with the same parameters. */
    private static double[][] run(Layer layer) {
        try (Backend backend = Backends.open("reference");
                Parameters parameters = new Parameters(backend, /* seed= */ 1)) {
            Binder binder = new Binder(parameters, BindOptions.inspect(true));
            Tensor x = layer.input(binder, INPUT);
            Tensor y = binder.keep(layer.bind(binder, x));
            try (Binding binding = binder.commit()) {
                double phase = 1;
                for (Tensor w : parameters.tensors()) {
                    w.copyFrom(waves(w.shape(), phase++));
                }
                x.copyFrom(waves(INPUT, 0));
                binding.forward();
                y.requireGrad().copyFrom(waves(y.shape(), 7));
                binding.backward();
                return new double[][] {y.toArray(), x.requireGrad().toArray()};
            }
        }
    }

    private static double[] waves(Shape shape, double phase) {
        double[] values = new double[Math.toIntExact(shape.size())];
        Arrays.setAll(values, i -> Math.sin(i + phase));
        return values;
    }

    @Test
    void takesSeveralInputsAndGivesSeveralOutputs() {
        Graph heads =
                Graph.of("a", "b")
                        .node("both", new Add(), "a", "b")
                        .node("one", new Linear(2), "both")
                        .node("two", new Linear(3), "both")
                        .outputs("two", "one", "a");
        Shape shape = Shape.of(4, 5);
        assertEquals(
                Map.of("one", Shape.of(4, 2), "two", Shape.of(4, 3), "a", shape),
                heads.outputShapes(Map.of("a", shape, "b", shape)));
        try (Backend backend = Backends.open("reference");
                Parameters parameters = new Parameters(backend, /* seed= */ 1)) {
            Binder binder = new Binder(parameters, BindOptions.inspect(true));
            Map<String, Tensor> given = Map.of("a", binder.input(shape), "b", binder.input(shape));
            Map<String, Tensor> results = heads.bind(binder, given);
            assertEquals(List.of("two", "one", "a"), List.copyOf(results.keySet()));
            assertEquals(
                    List.of("one.weight", "one.bias", "two.weight", "two.bias"),
                    parameters.tensors().stream().map(Tensor::name).toList());
        }
    }

    @Test
    void namesTheNodeThatDoesNotFit() {
        Graph wrong = graph().node("sum", new Add(), "up", "act");
        assertRefused("sum: Add: expected inputs of equal sizes", () -> wrong.outputShape(INPUT));
    }

    @Test
    void refusesNamesThatAreNoneOrTwice() {
        assertRefused("node b: expected one of", () -> graph().node("b", new Relu(), "nowhere"));
        assertRefused("expected a new name", () -> graph().node("enc", new Relu(), "x"));
        assertRefused("expected a new name", () -> graph().node("a.b", new Relu(), "x"));
        assertRefused("outputs: expected one of", () -> graph().outputs("nowhere"));
        assertRefused("different outputs", () -> graph().outputs("up", "up"));
        assertRefused("expected an input", Graph::of);
        assertRefused("expected a node", () -> Graph.of("x").outputShape(INPUT));
        assertRefused("expected one output", () -> graph().outputs("up", "dec").outputShape(INPUT));
        assertRefused("expected inputs [x]", () -> graph().outputShapes(Map.of("z", INPUT)));
    }

    private static void assertRefused(String message, Runnable mistake) {
        IllegalArgumentException e = assertThrows(IllegalArgumentException.class, mistake::run);
        assertTrue(String.valueOf(e.getMessage()).contains(message), e.getMessage());
    }
}
