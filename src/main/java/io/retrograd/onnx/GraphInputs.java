package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a file's graph. Dimension 0 is the batch, of any size, whatever the file says; of
 * sequences (T, N, I) it is dimension 1 if that is the only open size, and the network takes them
 * as (N, T, I).
 */
final class GraphInputs {
    private final List<ValueInfoProto> inputs = new ArrayList<>();
    private final Map<String, Shape> shapes;
    private long fixedBatch;

    /**
     * The inputs that are no initializers.
     *
     * @param shapes of samples of inputs, without the batch
     */
    GraphInputs(GraphProto graph, Map<String, Shape> shapes) {
        this.shapes = shapes;
        Set<String> known = new HashSet<>();
        for (TensorProto tensor : graph.getInitializerList()) {
            known.add(tensor.getName());
        }
        graph.getInputList().stream()
                .filter(input -> !known.contains(input.getName()))
                .forEach(inputs::add);
        for (String name : shapes.keySet()) {
            if (inputs.stream().noneMatch(input -> input.getName().equals(name))) {
                throw new IllegalArgumentException(
                        String.format(
                                "expected shapes of inputs %s, got one of %s",
                                inputs.stream().map(ValueInfoProto::getName).toList(), name));
            }
        }
        if (inputs.isEmpty()) {
            throw new IllegalArgumentException("expected an input, got none");
        }
    }

    /** The samples that the file is for, if for no other number; else 0. */
    long fixedBatch() {
        return fixedBatch;
    }

    /**
     * Adds them to the network.
     *
     * @param values takes what they are, by name
     * @return the shapes of samples, by the network's names
     */
    Map<String, Shape> add(Assembly assembly, Map<String, @Nullable Value> values) {
        Map<String, Shape> samples = new LinkedHashMap<>();
        for (ValueInfoProto input : inputs) {
            String name = input.getName();
            try {
                Flow flow = flow(assembly, input);
                boolean moved = !flow.from().from().isEmpty();
                Flow own = moved ? flow.from().from().get(0) : flow;
                if (values.put(name, flow) != null
                        || samples.put(own.from().names().get(0), own.at(1).tail(1)) != null) {
                    throw new IllegalArgumentException("expected a name of its own");
                }
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new IllegalArgumentException(
                        "input " + TensorReader.quoted(name) + ": " + e.getMessage(), e);
            }
        }
        return samples;
    }

    private Flow flow(Assembly assembly, ValueInfoProto input) {
        TypeProto.Tensor type = input.getType().getTensorType();
        boolean whole =
                switch (type.getElemType()) {
                    case DataType.INT64_VALUE, DataType.INT32_VALUE -> true;
                    case DataType.FLOAT_VALUE,
                            DataType.FLOAT16_VALUE,
                            DataType.BFLOAT16_VALUE,
                            DataType.DOUBLE_VALUE ->
                            false;
                    default ->
                            throw new IllegalArgumentException(
                                    "expected a tensor of floats, or of token numbers, got "
                                            + (input.getType().hasTensorType()
                                                    ? "elements of type " + type.getElemType()
                                                    : "another type"));
                };
        List<Dim> dims = dims(input.getName(), type);
        String name = PartNames.plain(input.getName()).isEmpty() ? "input" : input.getName();
        Flow flow = assembly.input(name, dims, whole);
        return stepsFirst(type.getShape().getDimList()) && !whole
                ? assembly.permuted(NodeProto.getDefaultInstance(), flow, List.of(1, 0, 2))
                : flow;
    }

    /** Whether the sizes are (T, N, I), the second being the only open one. */
    private static boolean stepsFirst(List<Dimension> sizes) {
        return sizes.size() == 3
                && sizes.get(0).getDimValue() > 0
                && sizes.get(1).getDimValue() == 0
                && sizes.get(2).getDimValue() > 0;
    }

    private List<Dim> dims(String name, TypeProto.Tensor type) {
        List<Dimension> sizes = type.getShape().getDimList();
        Shape given = shapes.get(name);
        List<Dim> dims = new ArrayList<>(List.of(Dim.BATCH));
        if (given != null) {
            given.dims().forEach(size -> dims.add(Dim.of(size)));
            if (type.hasShape() && sizes.size() != dims.size()) {
                throw new IllegalArgumentException(
                        String.format(
                                "expected a sample of %d dimensions, got %s",
                                sizes.size() - 1, given));
            }
        } else if (sizes.isEmpty()) {
            throw new IllegalArgumentException("expected a batch of samples, got a scalar");
        } else {
            int batch = stepsFirst(sizes) ? 1 : 0;
            for (int i = 0; i < sizes.size(); i++) {
                if (i != batch) {
                    dims.add(Dim.of(sizes.get(i).getDimValue()));
                }
            }
        }
        if (dims.stream().anyMatch(dim -> dim.constant() && dim.fixed() < 1)) {
            throw new IllegalArgumentException(
                    String.format(
                            "expected known sizes behind the batch, got %s; pass the shape of a"
                                    + " sample",
                            sizes.stream()
                                    .map(
                                            size ->
                                                    size.getDimParam().isEmpty()
                                                            ? Long.toString(size.getDimValue())
                                                            : TensorReader.quoted(
                                                                    size.getDimParam()))
                                    .toList()));
        }
        if (!sizes.isEmpty() && !stepsFirst(sizes) && sizes.get(0).getDimValue() > 0) {
            fixedBatch = sizes.get(0).getDimValue();
        }
        return dims;
    }
}
