package io.retrograd.tensorboard;

import io.retrograd.backend.Node;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.layer.Network;
import io.retrograd.operation.Arrangements;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Model;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A network as TensorBoard's graph: a node for each input, parameter, operation and output, in the
 * scopes of their layers, as in {@code 3/body/1/Conv2d}.
 */
final class NetworkGraph {
    private static final long SEED = 0;

    /** The version of TensorFlow's graphs that this is. */
    private static final int PRODUCER = 22;

    private final Proto graph =
            Proto.of("GraphDef").set("versions", Proto.of("VersionDef").set("producer", PRODUCER));

    private final Map<Tensor, String> makers = new HashMap<>();
    private final Set<String> names = new HashSet<>();

    private NetworkGraph() {}

    /** The graph of a model's network, for one sample. */
    static Proto of(Model model) {
        try (Parameters parameters = new Parameters(model.parameters().backend(), SEED)) {
            Binder binder = new Binder(parameters, BindOptions.infer());
            Network network = Network.of(model.network());
            Map<String, Shape> shapes = new LinkedHashMap<>();
            model.inputShapes().forEach((name, shape) -> shapes.put(name, shape.batch(1)));
            Map<String, Tensor> inputs = network.inputs(binder, shapes);
            Map<String, Tensor> outputs = network.bind(binder, inputs);
            NetworkGraph drawn = new NetworkGraph();
            inputs.forEach((name, x) -> drawn.makers.put(x, drawn.leaf(name, "Input", x)));
            parameters
                    .named()
                    .forEach(
                            (name, w) ->
                                    drawn.makers.put(
                                            w, drawn.leaf(name.replace('.', '/'), "Parameter", w)));
            binder.nodes().forEach(drawn::node);
            outputs.forEach(drawn::output);
            return drawn.graph;
        }
    }

    private String leaf(String name, String kind, Tensor tensor) {
        String unique = unique(name);
        graph.add("node", described(unique, kind, tensor.shape()));
        return unique;
    }

    private void node(Node node) {
        if (node.operation() instanceof Arrangements.Fork fork) {
            String maker = makers.get(fork.x());
            if (maker != null) {
                fork.branches().forEach(branch -> makers.put(branch, maker));
            }
            return;
        }
        String scope = node.path().isEmpty() ? "" : node.path().replace('.', '/') + "/";
        String name = unique(scope + node.name().replace('+', '_'));
        Proto drawn = described(name, node.name(), node.writes().get(0).shape());
        for (Tensor x : node.reads()) {
            String maker = makers.get(x);
            if (maker != null) {
                drawn.add("input", maker);
            }
        }
        graph.add("node", drawn);
        node.writes().forEach(y -> makers.put(y, name));
    }

    private void output(String name, Tensor y) {
        Proto node = described(unique(name), "Output", y.shape());
        String maker = makers.get(y);
        graph.add("node", maker == null ? node : node.add("input", maker));
    }

    private static Proto described(String name, String kind, Shape shape) {
        Proto sizes = Proto.of("TensorShapeProto");
        shape.dims().forEach(size -> sizes.add("dim", Proto.of("Dim").set("size", (long) size)));
        Proto shapes = Proto.of("ListValue").add("shape", sizes);
        return Proto.of("NodeDef")
                .set("name", name)
                .set("op", kind)
                .add("attr", attribute("_output_shapes", Proto.of("AttrValue").set("list", shapes)))
                .add(
                        "attr",
                        attribute(
                                "shape",
                                Proto.of("AttrValue")
                                        .set(
                                                "s",
                                                shape.toString()
                                                        .getBytes(StandardCharsets.UTF_8))));
    }

    private static Proto attribute(String key, Proto value) {
        return Proto.of("Attr").set("key", key).set("value", value);
    }

    private String unique(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9._/\\-]", "_");
        String candidate = plain;
        for (int i = 1; !names.add(candidate); i++) {
            candidate = plain + "_" + i;
        }
        return candidate;
    }
}
