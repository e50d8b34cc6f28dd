package io.retrograd.layer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The values of a {@link Graph}: its inputs, its nodes in order, its ties and its outputs. */
final class GraphValues {
    private GraphValues() {}

    static Map<String, Object> of(Graph graph) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("inputs", graph.inputs());
        List<Object> nodes = new ArrayList<>();
        for (Graph.Node each : graph.nodes()) {
            Map<String, Object> node = new LinkedHashMap<>();
            node.put("name", each.name());
            node.put("from", each.from());
            if (each.parameters().equals(each.name())) {
                node.put("function", LayerValues.describe(each.function()));
            } else {
                node.put("shared", each.parameters());
            }
            nodes.add(node);
        }
        values.put("nodes", nodes);
        values.put("ties", new TreeMap<>(graph.ties()));
        values.put("outputs", graph.outputs());
        return values;
    }

    /** Makes one as a user would: whatever a graph refuses is refused. */
    static Graph read(String where, LayerReader reader, Map<String, ?> values) {
        Graph graph = Graph.of(reader.texts(where, values, "inputs").toArray(String[]::new));
        int i = 0;
        for (Object each : reader.list(where, values, "nodes")) {
            String at = where + ".nodes." + i++;
            graph = node(at, reader, graph, reader.map(at, each));
        }
        for (Map.Entry<String, ?> tie :
                reader.map(where + ".ties", reader.get(where, values, "ties")).entrySet()) {
            graph = graph.tied(tie.getKey(), reader.text(where + ".ties", tie.getValue()));
        }
        return graph.outputs(reader.texts(where, values, "outputs").toArray(String[]::new));
    }

    private static Graph node(
            String where, LayerReader reader, Graph graph, Map<String, ?> values) {
        String name = reader.text(where, reader.get(where, values, "name"));
        String[] from = reader.texts(where, values, "from").toArray(String[]::new);
        if (values.containsKey("shared")) {
            return graph.shared(name, reader.text(where, values.get("shared")), from);
        }
        Object function =
                reader.read(where, reader.map(where, reader.get(where, values, "function")));
        if (function instanceof Join join && (from.length != 1 || !(function instanceof Layer))) {
            return graph.node(name, join, from);
        }
        if (function instanceof Layer layer && from.length == 1) {
            return graph.node(name, layer, from[0]);
        }
        throw new IllegalArgumentException(
                where + ": expected a layer of one input, or a join, got " + values);
    }
}
