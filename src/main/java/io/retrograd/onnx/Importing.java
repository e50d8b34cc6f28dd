package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.retrograd.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a network of a file's graph: node by node, each a layer, a few, or numbers that are known
 * already.
 */
final class Importing {
    /** Of these and later opsets operators are as they are here. */
    private static final int OLDEST_OPSET = 7;

    /** More nodes are no network. */
    private static final int MOST_NODES = 20_000;

    private final TensorReader tensors;
    private final GraphProto graph;
    private final int opset;
    private final GraphInputs inputs;
    private final Assembly assembly = new Assembly();
    private final Map<String, @Nullable Value> values = new HashMap<>();
    private final Map<String, Integer> readers = new HashMap<>();

    /** By node, what there is no layer for. */
    private final Set<String> unsupported = new LinkedHashSet<>();

    /** Results of nodes that are not supported. */
    private final Set<String> unknown = new HashSet<>();

    private Importing(Path file, ModelProto model, Map<String, Shape> shapes) {
        tensors = new TensorReader(file);
        graph = model.getGraph();
        opset = opset(model);
        inputs = new GraphInputs(graph, shapes);
    }

    /**
     * The network.
     *
     * @param shapes of samples of inputs whose sizes the file leaves open
     * @throws IllegalArgumentException if the file makes no sense, or has what there is no layer
     *     for, with all that it has
     */
    static OnnxNetwork network(Path file, ModelProto model, Map<String, Shape> shapes) {
        return new Importing(file, model, shapes).run(model);
    }

    private static int opset(ModelProto model) {
        for (OperatorSetIdProto set : model.getOpsetImportList()) {
            if (set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx")) {
                if (set.getVersion() < OLDEST_OPSET || set.getVersion() > Short.MAX_VALUE) {
                    throw new IllegalArgumentException(
                            String.format(
                                    "expected opset %d or later, got %d; write it again with a"
                                            + " later one",
                                    OLDEST_OPSET, set.getVersion()));
                }
                return (int) set.getVersion();
            }
        }
        throw new IllegalArgumentException("expected an opset of ONNX's operators, got none");
    }

    int opset() {
        return opset;
    }

    long fixedBatch() {
        return inputs.fixedBatch();
    }

    Assembly assembly() {
        return assembly;
    }

    TensorReader tensors() {
        return tensors;
    }

    /** How many nodes and outputs read a value. */
    int readers(String name) {
        return readers.getOrDefault(name, 0);
    }

    private OnnxNetwork run(ModelProto model) {
        if (graph.getNodeCount() > MOST_NODES) {
            throw new IllegalArgumentException(
                    String.format(
                            "expected at most %d nodes, got %d", MOST_NODES, graph.getNodeCount()));
        }
        values.put("", null);
        for (TensorProto tensor : graph.getInitializerList()) {
            initializer(tensor);
        }
        if (graph.getSparseInitializerCount() > 0) {
            unsupported.add("sparse initializers");
        }
        Map<String, Shape> samples = inputs.add(assembly, values);
        graph.getNodeList().forEach(node -> node.getInputList().forEach(this::read));
        graph.getOutputList().forEach(output -> read(output.getName()));
        graph.getNodeList().forEach(this::node);
        Map<String, Flow> outputs = outputs();
        NetworkParts parts = new NetworkParts(assembly, outputs);
        unsupported.addAll(parts.pending());
        if (!unsupported.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected operators that can be imported, got also "
                            + String.join("; ", unsupported));
        }
        return parts.network(samples, model);
    }

    private void read(String name) {
        readers.merge(name, 1, Integer::sum);
    }

    private void initializer(TensorProto tensor) {
        String name = tensor.getName();
        try {
            Constant constant = tensors.read(tensor).named(name, /* initializer= */ true);
            define(name, constant);
        } catch (UnsupportedException e) {
            unsupported.add("initializer " + TensorReader.quoted(name) + ": " + e.getMessage());
            unknown.add(name);
        }
    }

    private void define(String name, @Nullable Value value) {
        if (name.isEmpty()) {
            return;
        }
        if (values.containsKey(name) || unknown.contains(name)) {
            throw new IllegalArgumentException(
                    "expected each value to be made once, got twice " + TensorReader.quoted(name));
        }
        values.put(name, value);
    }

    private void node(NodeProto node) {
        String where = PartNames.where(node);
        String operator = TensorReader.quoted(node.getOpType()).replace("\"", "");
        try {
            Operator known = Operators.find(node);
            List<@Nullable Value> read = new ArrayList<>();
            boolean complete = true;
            for (String name : node.getInputList()) {
                complete &= !unknown.contains(name);
                if (!unknown.contains(name) && !values.containsKey(name)) {
                    throw new IllegalArgumentException(
                            "expected a value that is known before, got "
                                    + TensorReader.quoted(name));
                }
                read.add(values.get(name));
            }
            Operator ended = Ends.find(node.getOpType(), read);
            known = ended == null ? known : ended;
            if (known == null) {
                throw new UnsupportedException("");
            }
            if (complete) {
                List<@Nullable Value> made = known.apply(new Call(node, this, read));
                for (int i = 0; i < node.getOutputCount(); i++) {
                    define(node.getOutput(i), i < made.size() ? made.get(i) : null);
                }
            } else {
                unknown.addAll(node.getOutputList());
            }
        } catch (UnsupportedException e) {
            String part = e.getMessage();
            unsupported.add(
                    operator
                            + (part == null || part.isEmpty() ? "" : " with " + part)
                            + " at "
                            + where);
            unknown.addAll(node.getOutputList());
        } catch (IllegalArgumentException
                | ArithmeticException
                | IndexOutOfBoundsException
                | NegativeArraySizeException e) {
            throw new IllegalArgumentException(
                    String.format("%s, %s: %s", where, operator, e.getMessage()), e);
        }
    }

    private Map<String, Flow> outputs() {
        Map<String, Flow> outputs = new LinkedHashMap<>();
        for (ValueInfoProto output : graph.getOutputList()) {
            String name = output.getName();
            if (unknown.contains(name)) {
                continue;
            }
            Value value = values.get(name);
            if (value == null && !values.containsKey(name)) {
                throw new IllegalArgumentException(
                        "expected an output that is computed, got " + TensorReader.quoted(name));
            }
            if (value instanceof Flow flow && !flow.whole()) {
                outputs.put(name, flow);
            } else {
                unsupported.add(
                        "output "
                                + TensorReader.quoted(name)
                                + (value == null ? " that is not computed" : " of known numbers"));
            }
        }
        if (outputs.isEmpty() && unsupported.isEmpty()) {
            throw new IllegalArgumentException("expected an output, got none");
        }
        return outputs;
    }
}
