package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.retrograd.backend.Node;
import io.retrograd.file.WholeFile;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A model's network as an ONNX message. */
final class Export {
    private static final String BATCH = "batch";

    /** With this batch size and the next it shows which sizes are the batch's. */
    private static final int FEW = 2;

    private final ExportOptions options;
    private final GraphBuilder graph;
    private final Bound bound;
    private final Values values;

    /** The outputs' names with the tensors that they are. */
    private final Map<String, Tensor> outputs = new LinkedHashMap<>();

    Export(Model model, ExportOptions options) {
        this.options = options;
        graph = new GraphBuilder(options.opset());
        boolean any = options.dynamicBatch();
        bound = Bound.of(model, any ? FEW : options.batch(), options.training());
        Map<Tensor, Shape> shapes =
                any ? bound.shapesIn(Bound.of(model, FEW + 1, options.training())) : Map.of();
        values =
                new Values(graph, options.float16(), bound.constants(), shapes, model.parameters());
        GraphBuilder.checkSize(bytes(model));
        bound.inputs().forEach(this::input);
        values.setBatchOf(bound.inputs().values().iterator().next());
        bound.outputs().forEach((name, y) -> outputs.put(graph.unique(name), y));
        carry();
        FoldedNorms folded = new FoldedNorms(values);
        if (options.foldBatchNorm()) {
            folded.find(bound);
        }
        OperationNodes nodes = new OperationNodes(graph, values, folded, options.decompositions());
        for (Node node : bound.nodes()) {
            graph.at(node.path());
            node.operation().make(nodes, model.parameters());
        }
        graph.at("");
        outputs.forEach(this::output);
        nameOutputs();
    }

    /** The size of all initializers that are parameters and statistics. */
    private long bytes(Model model) {
        int each = options.float16() ? Short.BYTES : Float.BYTES;
        return model.parameters().named().values().stream()
                .mapToLong(tensor -> tensor.shape().size() * each)
                .sum();
    }

    private void input(String name, Tensor x) {
        values.set(x, graph.unique(name));
        graph.graph().addInput(info(values.of(x), x));
    }

    /** States become inputs, for what the run before gave, and outputs. */
    private void carry() {
        Map<String, Integer> counts = new HashMap<>();
        bound.carried()
                .forEach(
                        (before, after) -> {
                            String path = before.name().substring(0, before.name().indexOf(':'));
                            int number = counts.merge(path, 1, Integer::sum) - 1;
                            String name = (path.isEmpty() ? "" : path + ".") + "state_" + number;
                            input(name, before);
                            outputs.put(graph.unique(name + "_out"), after);
                        });
    }

    private void output(String name, Tensor y) {
        graph.graph().addOutput(info(name, y));
    }

    /** Renames the values that are outputs; one that another name has already is passed on. */
    private void nameOutputs() {
        Map<String, String> renamed = new HashMap<>();
        for (NodeProto node : graph.graph().getNodeList()) {
            node.getOutputList().forEach(value -> renamed.put(value, ""));
        }
        Map<String, String> passed = new LinkedHashMap<>();
        outputs.forEach(
                (name, y) -> {
                    String value = values.of(y);
                    if ("".equals(renamed.get(value))) {
                        renamed.put(value, name);
                    } else {
                        passed.put(name, value);
                    }
                });
        renamed.values().removeIf(String::isEmpty);
        UnaryOperator<String> name = value -> renamed.getOrDefault(value, value);
        graph.graph().getNodeBuilderList().forEach(node -> rename(node, name));
        passed.forEach(
                (output, value) ->
                        graph.graph()
                                .addNode(
                                        NodeProto.newBuilder()
                                                .setName(graph.unique("/Identity"))
                                                .setOpType("Identity")
                                                .addInput(name.apply(value))
                                                .addOutput(output)));
    }

    private static void rename(NodeProto.Builder node, UnaryOperator<String> name) {
        for (int i = 0; i < node.getInputCount(); i++) {
            node.setInput(i, name.apply(node.getInput(i)));
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
            node.setOutput(i, name.apply(node.getOutput(i)));
        }
    }

    private ValueInfoProto info(String name, Tensor tensor) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long size : values.sizes(tensor)) {
            TensorShapeProto.Dimension.Builder dim = shape.addDimBuilder();
            if (size == Values.ANY) {
                dim.setDimParam(BATCH);
            } else {
                dim.setDimValue(size);
            }
        }
        TypeProto.Tensor type =
                TypeProto.Tensor.newBuilder()
                        .setElemType(
                                tensor.dtype() == DType.INT32
                                        ? TensorProto.DataType.INT64_VALUE
                                        : TensorProto.DataType.FLOAT_VALUE)
                        .setShape(shape)
                        .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(type))
                .build();
    }

    /** The message. */
    ModelProto proto() {
        ModelProto.Builder model =
                ModelProto.newBuilder()
                        .setIrVersion(irVersion(options.opset()))
                        .setProducerName("retrograd")
                        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(options.opset()))
                        .setGraph(graph.graph().setName("network"));
        String version = Export.class.getPackage().getImplementationVersion();
        if (version != null) {
            model.setProducerVersion(version);
        }
        new TreeMap<>(options.metadata())
                .forEach(
                        (key, value) ->
                                model.addMetadataProps(
                                        StringStringEntryProto.newBuilder()
                                                .setKey(key)
                                                .setValue(value)));
        return model.build();
    }

    /** The version of the format that came with an opset. */
    private static int irVersion(int opset) {
        if (opset < 15) {
            return 7;
        }
        if (opset < 19) {
            return 8;
        }
        if (opset < 21) {
            return 9;
        }
        return opset < 23 ? 10 : 11;
    }

    void write(Path path) throws IOException {
        ModelProto model = proto();
        WholeFile.write(path, model::writeTo);
    }
}
