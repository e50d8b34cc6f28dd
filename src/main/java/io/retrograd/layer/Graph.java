package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network of named nodes, each of which reads inputs or nodes before it. Parameters are named
 * after the nodes, and so are errors.
 *
 * <pre>
 *   Graph.of("x")
 *           .node("left", new Conv2d(8, 3).padding(1), "x")
 *           .node("right", new Conv2d(8, 1), "x")
 *           .node("both", new Concat(), "left", "right")
 * </pre>
 *
 * Each node has parameters of its own. With one input and one output a graph is a layer as any
 * other; otherwise {@link #bind(Binder, Map)} binds it. Immutable.
 */
public final class Graph implements Layer {
    private final List<String> inputs;
    private final List<Node> nodes;
    private final List<String> outputs;

    /** What a node computes, of what; one of layer and join is there. */
    private record Node(String name, Object function, List<String> from) {
        Shape outputShape(List<Shape> shapes) {
            return function instanceof Join join
                    ? join.joinedShape(shapes)
                    : ((Layer) function).outputShape(shapes.get(0));
        }

        Tensor bind(Binder binder, List<Tensor> tensors) {
            return function instanceof Join join
                    ? join.join(binder, tensors)
                    : ((Layer) function).bind(binder, tensors.get(0));
        }
    }

    private Graph(List<String> inputs, List<Node> nodes, List<String> outputs) {
        this.inputs = List.copyOf(inputs);
        this.nodes = List.copyOf(nodes);
        this.outputs = List.copyOf(outputs);
    }

    /** A graph of these inputs, at least one, without nodes. */
    public static Graph of(String... inputs) {
        if (inputs.length == 0) {
            throw new IllegalArgumentException("Graph: expected an input, got none");
        }
        Graph graph = new Graph(List.of(), List.of(), List.of());
        for (String input : inputs) {
            graph.checkNew(input);
            graph = new Graph(plus(graph.inputs, input), List.of(), List.of());
        }
        return graph;
    }

    /** The same with a node behind all others, of one input or node. */
    public Graph node(String name, Layer layer, String from) {
        return with(new Node(name, layer, List.of(from)));
    }

    /** The same with a node behind all others, of several inputs or nodes. */
    public Graph node(String name, Join join, String... from) {
        if (from.length == 0) {
            throw new IllegalArgumentException(
                    "Graph: node " + name + ": expected what it reads, got nothing");
        }
        return with(new Node(name, join, List.of(from)));
    }

    /** The same with these outputs; by default the last node is the only one. */
    public Graph outputs(String... names) {
        Arrays.stream(names).forEach(name -> checkKnown("outputs", name));
        if (names.length == 0 || Arrays.stream(names).distinct().count() < names.length) {
            throw new IllegalArgumentException(
                    "Graph: expected different outputs, got " + Arrays.toString(names));
        }
        return new Graph(inputs, nodes, List.of(names));
    }

    private Graph with(Node node) {
        checkNew(node.name);
        node.from.forEach(from -> checkKnown("node " + node.name, from));
        return new Graph(inputs, plus(nodes, node), outputs);
    }

    private void checkNew(String name) {
        if (!name.matches("[\\w-]+") || known().contains(name)) {
            throw new IllegalArgumentException(
                    String.format(
                            "Graph: expected a new name of letters, digits, _ and -, got \"%s\"",
                            name));
        }
    }

    private void checkKnown(String where, String name) {
        if (!known().contains(name)) {
            throw new IllegalArgumentException(
                    String.format("Graph: %s: expected one of %s, got %s", where, known(), name));
        }
    }

    private Set<String> known() {
        Set<String> known = new HashSet<>(inputs);
        nodes.forEach(node -> known.add(node.name));
        return known;
    }

    private static <T> List<T> plus(List<T> list, T element) {
        List<T> longer = new ArrayList<>(list);
        longer.add(element);
        return longer;
    }

    /** The names of the outputs. */
    public List<String> outputs() {
        if (!outputs.isEmpty()) {
            return outputs;
        }
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("Graph: expected a node, got none");
        }
        return List.of(nodes.get(nodes.size() - 1).name);
    }

    /** The names of the inputs. */
    public List<String> inputs() {
        return inputs;
    }

    /** The layer of a node; null if there is no such node, or it is a {@link Join} only. */
    @Nullable Layer layer(String name) {
        return nodes.stream()
                .filter(node -> node.name.equals(name))
                .map(Node::function)
                .filter(Layer.class::isInstance)
                .map(Layer.class::cast)
                .findFirst()
                .orElse(null);
    }

    /** The shapes of the outputs for inputs of these shapes, by name. */
    public Map<String, Shape> outputShapes(Map<String, Shape> shapes) {
        checkGiven(shapes.keySet());
        Map<String, Shape> known = new HashMap<>(shapes);
        for (Node node : nodes) {
            List<Shape> from =
                    node.from.stream()
                            .map(name -> Objects.requireNonNull(known.get(name)))
                            .toList();
            known.put(node.name, shape(node, from));
        }
        Map<String, Shape> results = new LinkedHashMap<>();
        outputs().forEach(name -> results.put(name, Objects.requireNonNull(known.get(name))));
        return results;
    }

    private static Shape shape(Node node, List<Shape> from) {
        try {
            return node.outputShape(from);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(node.name + ": " + e.getMessage(), e);
        }
    }

    /**
     * Binds it.
     *
     * @param given a tensor for each input, by name
     * @return the outputs, by name
     */
    public Map<String, Tensor> bind(Binder binder, Map<String, Tensor> given) {
        checkGiven(given.keySet());
        Map<String, Deque<Tensor>> known = new HashMap<>();
        inputs.forEach(
                name ->
                        known.put(
                                name,
                                branches(binder, name, Objects.requireNonNull(given.get(name)))));
        for (Node node : nodes) {
            List<Tensor> from = node.from.stream().map(name -> next(known, name)).toList();
            Tensor y = binder.scope(node.name, () -> node.bind(binder, from));
            known.put(node.name, branches(binder, node.name, y));
        }
        Map<String, Tensor> results = new LinkedHashMap<>();
        outputs().forEach(name -> results.put(name, next(known, name)));
        return results;
    }

    private static Tensor next(Map<String, Deque<Tensor>> known, String name) {
        return Objects.requireNonNull(known.get(name)).remove();
    }

    /** As many tensors of these values as are read. */
    private Deque<Tensor> branches(Binder binder, String name, Tensor tensor) {
        int count = 0;
        for (Node node : nodes) {
            count += (int) node.from.stream().filter(name::equals).count();
        }
        count += outputs().contains(name) ? 1 : 0;
        int readers = count;
        return new ArrayDeque<>(
                readers < 2
                        ? List.of(tensor)
                        : binder.record(to -> Arrangements.Fork.of(tensor, readers, to))
                                .branches());
    }

    private void checkGiven(Set<String> names) {
        if (!names.equals(Set.copyOf(inputs))) {
            throw new IllegalArgumentException(
                    String.format("Graph: expected inputs %s, got %s", inputs, names));
        }
    }

    @Override
    public Shape outputShape(Shape input) {
        String output = only(outputs(), "output");
        return Objects.requireNonNull(
                outputShapes(Map.of(only(inputs, "input"), input)).get(output));
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        outputShape(x.shape());
        String output = only(outputs(), "output");
        return Objects.requireNonNull(bind(binder, Map.of(only(inputs, "input"), x)).get(output));
    }

    private static String only(List<String> names, String what) {
        if (names.size() != 1) {
            throw new IllegalArgumentException(
                    String.format(
                            "Graph: expected one %s of a graph that is used as a layer, got %s",
                            what, names));
        }
        return names.get(0);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Graph graph
                && inputs.equals(graph.inputs)
                && nodes.equals(graph.nodes)
                && outputs.equals(graph.outputs);
    }

    @Override
    public int hashCode() {
        return nodes.hashCode();
    }

    /** Inputs, and each node with what it reads. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Graph" + inputs);
        nodes.forEach(
                node ->
                        text.append("\n  ")
                                .append(node.name)
                                .append(" = ")
                                .append(node.function)
                                .append(' ')
                                .append(node.from));
        return text.toString();
    }
}
