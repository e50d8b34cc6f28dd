package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import io.retrograd.layer.Graph;
import io.retrograd.layer.Join;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Padded;
import io.retrograd.layer.Sequential;
import io.retrograd.onnx.Assembly.End;
import io.retrograd.onnx.Part.Parameter;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The parts that a network's outputs need, and the network of them. */
final class NetworkParts {
    /** More are no network. */
    private static final int MOST = 5_000;

    private final Assembly assembly;
    private final Map<String, Flow> outputs;
    private final Map<Part, String> names = new HashMap<>();
    private final Map<String, IntToDoubleFunction> values = new LinkedHashMap<>();

    /** By a parameter's numbers, the first that has them. */
    private final Map<String, String> holders = new HashMap<>();

    private final Map<String, String> ties = new LinkedHashMap<>();
    private final Set<String> taken = new HashSet<>();

    /** Names of outputs that no part has yet. */
    private final Set<String> reserved = new HashSet<>();

    NetworkParts(Assembly assembly, Map<String, Flow> outputs) {
        this.assembly = assembly;
        this.outputs = outputs;
    }

    /** Those that are needed, each behind those that it reads. */
    private List<Part> needed() {
        Set<Part> needed = new HashSet<>();
        outputs.values().forEach(flow -> needed.add(flow.from()));
        List<Part> parts = assembly.parts();
        List<Part> all = new ArrayList<>();
        for (int i = parts.size() - 1; i >= 0; i--) {
            Part part = parts.get(i);
            if (needed.contains(part)) {
                part.from().forEach(flow -> needed.add(flow.from()));
                all.add(0, part);
            }
        }
        return all;
    }

    /** What there is no layer for, by node. */
    List<String> pending() {
        List<String> pending = new ArrayList<>();
        for (Part part : needed()) {
            if (part.function() instanceof Unfinished function) {
                pending.add(function.text() + " at " + part.where());
            }
        }
        return pending;
    }

    /**
     * The network.
     *
     * @param samples the shapes of samples of all inputs
     */
    OnnxNetwork network(Map<String, Shape> samples, ModelProto model) {
        List<Flow> results = batchFirst();
        List<Part> parts = needed();
        if (parts.size() > MOST) {
            throw new IllegalArgumentException(
                    String.format("expected at most %d layers, got %d", MOST, parts.size()));
        }
        List<String> inputs =
                parts.stream()
                        .filter(part -> part.function() == null)
                        .map(part -> part.names().get(0))
                        .toList();
        Map<String, Shape> read = new LinkedHashMap<>(samples);
        read.keySet().retainAll(inputs);
        taken.addAll(inputs);
        outputs.keySet().forEach(output -> reserve(PartNames.plain(output)));
        Graph graph = Graph.of(inputs.toArray(String[]::new));
        List<Part> shareable = new ArrayList<>();
        for (Part part : parts) {
            graph = part.function() == null ? named(graph, part) : added(graph, part, shareable);
        }
        graph = outputs(graph, results);
        for (Map.Entry<String, String> tie : ties.entrySet()) {
            graph = graph.tied(tie.getKey(), tie.getValue());
        }
        graph = padded(graph, parts);
        check(graph, read);
        Map<String, String> metadata = new LinkedHashMap<>();
        for (StringStringEntryProto entry : model.getMetadataPropsList()) {
            metadata.put(entry.getKey(), entry.getValue());
        }
        return new OnnxNetwork(graph, read, values, metadata);
    }

    private Graph named(Graph graph, Part input) {
        names.put(input, input.names().get(0));
        return graph;
    }

    /** The outputs with the batch first. */
    private List<Flow> batchFirst() {
        List<Flow> results = new ArrayList<>();
        outputs.forEach(
                (output, flow) -> {
                    try {
                        results.add(assembly.batchFirst(flow));
                    } catch (UnsupportedException e) {
                        throw new IllegalArgumentException(
                                String.format(
                                        "output %s: expected one of samples, got %s",
                                        TensorReader.quoted(output), flow.dims()),
                                e);
                    }
                });
        int i = 0;
        for (Map.Entry<String, Flow> output : outputs.entrySet()) {
            output.setValue(results.get(i++));
        }
        return results;
    }

    private String unique(List<String> wanted) {
        String base = wanted.get(0);
        String name = base;
        for (int i = 1; taken.contains(name) && i < wanted.size(); i++) {
            name = wanted.get(i);
        }
        for (int i = 2; taken.contains(name); i++) {
            name = base + "_" + i;
        }
        taken.add(name);
        return name;
    }

    /** Keeps a name for an output, or for the part that it is. */
    private void reserve(String output) {
        if (!output.isEmpty() && taken.add(output)) {
            reserved.add(output);
        }
    }

    @SuppressWarnings("ReferenceEquality") // two parts may have equal contents
    private boolean is(Part part, String output) {
        return outputs.entrySet().stream()
                .anyMatch(
                        entry ->
                                PartNames.plain(entry.getKey()).equals(output)
                                        && entry.getValue().from() == part);
    }

    private Graph added(Graph graph, Part part, List<Part> shareable) {
        String best = part.names().get(0);
        boolean output = is(part, best) && reserved.remove(best);
        String name = output ? best : unique(part.names());
        names.put(part, name);
        String[] from =
                part.from().stream().map(flow -> names.get(flow.from())).toArray(String[]::new);
        for (Part earlier : shareable) {
            if (part.shares(earlier)) {
                return graph.shared(name, String.valueOf(names.get(earlier)), from);
            }
        }
        if (!part.parameters().isEmpty()) {
            shareable.add(part);
        }
        for (Parameter parameter : part.parameters()) {
            parameter(name + "." + parameter.name(), parameter);
        }
        // A Concat is both a layer and a join.
        return from.length == 1 && part.function() instanceof Layer layer
                ? graph.node(name, layer, from[0])
                : graph.node(name, (Join) Objects.requireNonNull(part.function()), from);
    }

    private void parameter(String name, Parameter parameter) {
        String key = parameter.key();
        boolean trained = !parameter.name().startsWith("running_");
        String holder = key == null || !trained ? null : holders.putIfAbsent(key, name);
        if (holder == null) {
            values.put(name, parameter.values());
        } else {
            ties.put(name, holder);
        }
    }

    /** The graph with its outputs under the file's names. */
    private Graph outputs(Graph graph, List<Flow> results) {
        Graph complete = graph;
        List<String> all = new ArrayList<>();
        List<String> wanted = List.copyOf(outputs.keySet());
        for (int i = 0; i < results.size(); i++) {
            String from = String.valueOf(names.get(results.get(i).from()));
            String plain = PartNames.plain(wanted.get(i));
            if (plain.equals(from) && !all.contains(from) && !complete.inputs().contains(from)) {
                all.add(from);
                continue;
            }
            String name =
                    reserved.remove(plain)
                            ? plain
                            : unique(List.of(plain.isEmpty() ? "output" : plain));
            complete = complete.node(name, new Sequential(), from);
            all.add(name);
        }
        return complete.outputs(all.toArray(String[]::new));
    }

    /** The graph with sequences that end before their padding, if some do. */
    private Graph padded(Graph graph, List<Part> parts) {
        List<@Nullable End> ends =
                parts.stream()
                        .filter(part -> Ends.canEnd(part.function()))
                        .map(assembly::end)
                        .distinct()
                        .toList();
        if (ends.stream().allMatch(Objects::isNull)) {
            return graph;
        }
        End end = ends.get(0);
        if (ends.size() > 1 || end == null || graph.inputs().size() > 1) {
            throw new IllegalArgumentException(
                    "expected all sequences to end where the same tokens do, got others too");
        }
        String input = graph.inputs().get(0);
        List<String> all = graph.outputs();
        if (all.size() > 1) {
            throw new IllegalArgumentException(
                    "expected one output of sequences that end, got " + all);
        }
        String path = all.get(0) + ".body.";
        Map<String, IntToDoubleFunction> inner = new LinkedHashMap<>(values);
        values.clear();
        inner.forEach((name, numbers) -> values.put(path + name, numbers));
        return Graph.of(input).node(all.get(0), new Padded(end.padding(), graph), input);
    }

    /** Every layer takes what it reads, for any batch. */
    private static void check(Graph graph, Map<String, Shape> samples) {
        IntStream.of(1, 3)
                .forEach(
                        n -> {
                            Map<String, Shape> batch = new LinkedHashMap<>();
                            samples.forEach((name, shape) -> batch.put(name, shape.batch(n)));
                            graph.outputShapes(batch);
                        });
    }
}
