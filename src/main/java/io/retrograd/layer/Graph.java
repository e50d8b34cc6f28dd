package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.bind.LayerException;
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
import java.util.function.BiFunction;
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
 * Each node has parameters of its own, unless it is {@link #shared} or a parameter is {@link
 * #tied}. With one input and one output a graph is a layer as any other. Immutable.
 */
public final class Graph implements Layer, Network {
    private final List<String> inputs;
    private final List<Node> nodes;
    private final List<String> outputs;

    /** Names of parameters that are others, with these. */
    private final Map<String, String> ties;

    /**
     * A node.
     *
     * @param function a {@link Join} where it joins, else a {@link Layer}
     * @param parameters the node whose parameters it has: itself, or another
     */
    record Node(String name, Object function, boolean joins, List<String> from, String parameters) {
        Shape outputShape(List<Shape> shapes) {
            return joins
                    ? ((Join) function).joinedShape(shapes)
                    : ((Layer) function).outputShape(shapes.get(0));
        }

        Tensor bind(Binder binder, List<Tensor> tensors) {
            return joins
                    ? ((Join) function).join(binder, tensors)
                    : ((Layer) function).bind(binder, tensors.get(0));
        }
    }

    private Graph(
            List<String> inputs, List<Node> nodes, List<String> outputs, Map<String, String> ties) {
        this.inputs = List.copyOf(inputs);
        this.nodes = List.copyOf(nodes);
        this.outputs = List.copyOf(outputs);
        this.ties = Map.copyOf(ties);
    }

    /** A graph of these inputs, at least one, without nodes. */
    public static Graph of(String... inputs) {
        if (inputs.length == 0) {
            throw new IllegalArgumentException("Graph: expected an input, got none");
        }
        Graph graph = new Graph(List.of(), List.of(), List.of(), Map.of());
        for (String input : inputs) {
            graph.checkNew(input);
            graph = new Graph(plus(graph.inputs, input), List.of(), List.of(), Map.of());
        }
        return graph;
    }

    /** The same with a node behind all others, of one input or node. */
    public Graph node(String name, Layer layer, String from) {
        return with(new Node(name, layer, /* joins= */ false, List.of(from), name));
    }

    /** The same with a node behind all others, of several inputs or nodes. */
    public Graph node(String name, Join join, String... from) {
        if (from.length == 0) {
            throw new IllegalArgumentException(
                    "Graph: node " + name + ": expected what it reads, got nothing");
        }
        return with(new Node(name, join, /* joins= */ true, List.of(from), name));
    }

    /**
     * The same with a node behind all others that computes what another node does, with the same
     * parameters, of other inputs or nodes. The parameters' gradients are the sums over both, and
     * go by the other node's name.
     */
    public Graph shared(String name, String as, String... from) {
        Node other = nodes.stream().filter(node -> node.name.equals(as)).findFirst().orElse(null);
        if (other == null || (!other.joins && from.length != 1)) {
            throw new IllegalArgumentException(
                    String.format(
                            "Graph: node %s: expected to compute as a node of %d inputs, got %s",
                            name, from.length, as));
        }
        return with(new Node(name, other.function, other.joins, List.of(from), other.parameters));
    }

    /**
     * The same where one parameter is another, of the same shape: an output layer's weight {@code
     * out.weight}, say, that of the {@link Embedding} {@code words.weight}. The gradient is the sum
     * over both.
     *
     * @param parameter the first, which does not exist by this name any more
     * @param other the second
     */
    public Graph tied(String parameter, String other) {
        checkNode(parameter);
        checkNode(other);
        if (parameter.equals(other) || ties.containsKey(other) || ties.containsValue(parameter)) {
            throw new IllegalArgumentException(
                    String.format(
                            "Graph: expected %s to be tied to a parameter that is tied to no other,"
                                    + " got %s",
                            parameter, other));
        }
        Map<String, String> more = new LinkedHashMap<>(ties);
        more.put(parameter, other);
        return new Graph(inputs, nodes, outputs, more);
    }

    private void checkNode(String parameter) {
        if (uses(parameter) == 0) {
            throw new IllegalArgumentException(
                    String.format(
                            "Graph: expected a parameter of one of the nodes %s, got %s",
                            nodes.stream().map(Node::parameters).distinct().toList(), parameter));
        }
    }

    /** How many nodes have a parameter of this name. */
    private int uses(String parameter) {
        String node = parameter.split("\\.", 2)[0];
        return (int) nodes.stream().filter(n -> n.parameters.equals(node)).count();
    }

    /** The same with these outputs; by default the last node is the only one. */
    public Graph outputs(String... names) {
        Arrays.stream(names).forEach(name -> checkKnown("outputs", name));
        if (names.length == 0 || Arrays.stream(names).distinct().count() < names.length) {
            throw new IllegalArgumentException(
                    "Graph: expected different outputs, got " + Arrays.toString(names));
        }
        return new Graph(inputs, nodes, List.of(names), ties);
    }

    private Graph with(Node node) {
        checkNew(node.name);
        node.from.forEach(from -> checkKnown("node " + node.name, from));
        return new Graph(inputs, plus(nodes, node), outputs, ties);
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

    @Override
    public List<String> outputs() {
        if (!outputs.isEmpty()) {
            return outputs;
        }
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("Graph: expected a node, got none");
        }
        return List.of(nodes.get(nodes.size() - 1).name);
    }

    @Override
    public List<String> inputs() {
        return inputs;
    }

    /** Those of the nodes that read the input, which must all take the same. */
    @Override
    public @Nullable TokenIds tokenIds(String input) {
        checkKnown("input", input);
        List<@Nullable TokenIds> kinds = new ArrayList<>();
        for (Node node : nodes) {
            if (node.from.contains(input)) {
                kinds.add(node.joins ? null : ((Layer) node.function).tokenIds());
            }
        }
        if (kinds.stream().distinct().count() > 1) {
            throw new IllegalArgumentException(
                    String.format(
                            "Graph: expected all nodes that read %s to take the same tokens or"
                                    + " numbers, got %s",
                            input, kinds));
        }
        return kinds.isEmpty() ? null : kinds.get(0);
    }

    @Override
    public @Nullable TokenIds tokenIds() {
        return inputs.size() == 1 ? tokenIds(inputs.get(0)) : null;
    }

    List<Node> nodes() {
        return nodes;
    }

    /** Names of parameters that are others, with these. */
    Map<String, String> ties() {
        return ties;
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

    /** The same with other layers in its nodes. */
    Graph rewritten(BiFunction<String, Layer, Layer> change) {
        Map<String, Object> changed = new HashMap<>();
        List<Node> others = new ArrayList<>();
        for (Node node : nodes) {
            Object function =
                    changed.computeIfAbsent(
                            node.parameters,
                            name ->
                                    node.joins
                                            ? node.function
                                            : change.apply(name, (Layer) node.function));
            others.add(new Node(node.name, function, node.joins, node.from, node.parameters));
        }
        return new Graph(inputs, others, outputs, ties);
    }

    @Override
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
        } catch (LayerException e) {
            throw e.under(node.name);
        } catch (IllegalArgumentException e) {
            throw new LayerException(node.name, e);
        }
    }

    @Override
    public Map<String, Tensor> bind(Binder binder, Map<String, Tensor> given) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        given.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        outputShapes(shapes);
        return ties.isEmpty()
                ? bindNodes(binder, given)
                : binder.tied(ties, tiedUses(), () -> bindNodes(binder, given));
    }

    /** How often each parameter is read to which others are tied. */
    private Map<String, Integer> tiedUses() {
        Map<String, Integer> times = new LinkedHashMap<>();
        ties.forEach(
                (name, other) ->
                        times.merge(
                                other,
                                uses(name) + (times.containsKey(other) ? 0 : uses(other)),
                                Integer::sum));
        return times;
    }

    private Map<String, Tensor> bindNodes(Binder binder, Map<String, Tensor> given) {
        Map<String, Deque<Tensor>> known = new HashMap<>();
        for (String name : inputs) {
            Tensor tensor = Objects.requireNonNull(given.get(name));
            known.put(name, branches(binder, name, tensor));
        }
        for (Node node : nodes) {
            List<Tensor> from = node.from.stream().map(name -> next(known, name)).toList();
            Tensor y =
                    binder.scope(
                            node.parameters,
                            () ->
                                    binder.shared(
                                            uses(node.parameters), () -> node.bind(binder, from)));
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
        if (count == 0) {
            throw new IllegalArgumentException(
                    String.format(
                            "Graph: expected %s to be read by a node or to be an output, got"
                                    + " neither",
                            name));
        }
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
                && outputs.equals(graph.outputs)
                && ties.equals(graph.ties);
    }

    @Override
    public int hashCode() {
        return nodes.hashCode();
    }

    /** Inputs, and each node with what it reads. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Graph" + inputs);
        for (Node node : nodes) {
            Object function = node.parameters.equals(node.name) ? node.function : node.parameters;
            text.append(String.format("\n  %s = %s %s", node.name, function, node.from));
        }
        ties.forEach((name, other) -> text.append(String.format("\n  %s is %s", name, other)));
        return text.toString();
    }
}
