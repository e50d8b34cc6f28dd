package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
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

/** The inputs of a file's graph. Dimension 0 is the batch, of any size, whatever the file says. */
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
                Shape one = flow.at(1);
                if (values.put(name, flow) != null
                        || samples.put(flow.from().names().get(0), one.tail(1)) != null) {
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
        if (PartNames.plain(input.getName()).isEmpty()) {
            return assembly.input("input", dims, whole);
        }
        return assembly.input(input.getName(), dims, whole);
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
            for (Dimension size : sizes.subList(1, sizes.size())) {
                dims.add(Dim.of(size.getDimValue()));
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
        if (!sizes.isEmpty() && sizes.get(0).getDimValue() > 0) {
            fixedBatch = sizes.get(0).getDimValue();
        }
        return dims;
    }
}
