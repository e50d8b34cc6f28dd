package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.retrograd.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Takes the nodes and constants of an ONNX graph, and names their values: {@code
 * /3/body/1/Conv_output_0} is the first output of the first {@code Conv} in the layer {@code
 * 3.body.1}.
 */
public final class GraphBuilder {
    /** The most bytes of initializers: a message has less than 2³¹, of which nodes need some. */
    private static final long MOST_BYTES = Integer.MAX_VALUE - (64L << 20);

    /** The opsets in which dimensions that are reduced became an input. */
    private static final int FIRST_SUM_OF_INPUT = 13;

    private static final int FIRST_REDUCTION_OF_INPUT = 18;

    private final int opset;
    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final Set<String> names = new HashSet<>();
    private final Map<List<Long>, String> knownInts = new HashMap<>();
    private String path = "";
    private long size;

    GraphBuilder(int opset) {
        this.opset = opset;
    }

    /** The version of the operators that nodes have to be of. */
    public int opset() {
        return opset;
    }

    /**
     * Adds a node with one output.
     *
     * @param operator as in {@code Conv}
     * @param attributes each an {@code Integer}, {@code Long}, {@code Double}, {@code String}, or a
     *     list of one of these
     * @param inputs names of values, empty for an input that is left out
     * @return the name of the output
     */
    public String node(String operator, Map<String, ?> attributes, String... inputs) {
        return nodes(operator, 1, attributes, inputs).get(0);
    }

    /** Adds a node with one output and no attributes. */
    public String node(String operator, String... inputs) {
        return node(operator, Map.of(), inputs);
    }

    /** Adds a node with several outputs, and returns their names. */
    public List<String> nodes(
            String operator, int outputs, Map<String, ?> attributes, String... inputs) {
        String name = unique((path.isEmpty() ? "" : "/" + path.replace('.', '/')) + "/" + operator);
        NodeProto.Builder node =
                NodeProto.newBuilder()
                        .setName(name)
                        .setOpType(operator)
                        .addAllInput(trimmed(inputs));
        List<String> made = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            made.add(unique(name + "_output_" + i));
        }
        new TreeMap<>(attributes).forEach((key, value) -> node.addAttribute(attribute(key, value)));
        graph.addNode(node.addAllOutput(made));
        return made;
    }

    private static List<String> trimmed(String... inputs) {
        int count = inputs.length;
        while (count > 0 && inputs[count - 1].isEmpty()) {
            count--;
        }
        return List.of(inputs).subList(0, count);
    }

    private static AttributeProto attribute(String name, Object value) {
        AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
        if (value instanceof Integer || value instanceof Long) {
            attribute.setType(AttributeProto.AttributeType.INT);
            attribute.setI(((Number) value).longValue());
        } else if (value instanceof Double number) {
            attribute.setType(AttributeProto.AttributeType.FLOAT).setF(number.floatValue());
        } else if (value instanceof String text) {
            attribute.setType(AttributeProto.AttributeType.STRING);
            attribute.setS(ByteString.copyFromUtf8(text));
        } else if (value instanceof List<?> list) {
            list.forEach(element -> add(attribute, element));
        } else {
            throw new IllegalArgumentException(
                    String.format(
                            "attribute %s: expected a number, a text or a list of them, got %s",
                            name, value));
        }
        return attribute.build();
    }

    private static void add(AttributeProto.Builder list, Object element) {
        AttributeProto one = attribute(list.getName(), element);
        switch (one.getType()) {
            case INT -> list.setType(AttributeProto.AttributeType.INTS).addInts(one.getI());
            case FLOAT -> list.setType(AttributeProto.AttributeType.FLOATS).addFloats(one.getF());
            case STRING ->
                    list.setType(AttributeProto.AttributeType.STRINGS).addStrings(one.getS());
            default ->
                    throw new IllegalArgumentException(
                            "attribute " + list.getName() + ": expected no list in a list");
        }
    }

    /** Adds a float32 constant, row-major, and returns its name. */
    public String floats(Shape shape, double... values) {
        ByteBuffer bytes = room(values.length * (long) Float.BYTES);
        for (double value : values) {
            bytes.putFloat((float) value);
        }
        return constant(shape.dims(), TensorProto.DataType.FLOAT, bytes);
    }

    /** Adds a float32 number, and returns its name. */
    public String number(double value) {
        return floats(Shape.of(), value);
    }

    /** Adds a list of int64, and returns its name. */
    public String ints(List<Long> values) {
        return knownInts.computeIfAbsent(
                List.copyOf(values), all -> integers(List.of(all.size()), all));
    }

    /** Adds a list of int64, and returns its name. */
    public String ints(long... values) {
        List<Long> list = new ArrayList<>();
        for (long value : values) {
            list.add(value);
        }
        return ints(list);
    }

    /** Adds an int64, and returns its name. */
    public String integer(long value) {
        return integers(List.of(), List.of(value));
    }

    /** Adds an int64 constant, row-major, and returns its name. */
    String integers(List<Integer> dims, List<Long> values) {
        ByteBuffer bytes = room(values.size() * (long) Long.BYTES);
        values.forEach(bytes::putLong);
        return constant(dims, TensorProto.DataType.INT64, bytes);
    }

    /** Adds a constant of bool, row-major, and returns its name. */
    String booleans(Shape shape, boolean... values) {
        ByteBuffer bytes = room(values.length);
        for (boolean value : values) {
            bytes.put((byte) (value ? 1 : 0));
        }
        return constant(shape.dims(), TensorProto.DataType.BOOL, bytes);
    }

    /** Adds an initializer of this name. */
    String tensor(String name, List<Integer> dims, TensorProto.DataType type, ByteBuffer bytes) {
        graph.addInitializer(proto(dims, type, bytes).setName(name));
        return name;
    }

    private static TensorProto.Builder proto(
            List<Integer> dims, TensorProto.DataType type, ByteBuffer bytes) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(type.getNumber());
        dims.forEach(tensor::addDims);
        return tensor.setRawData(UnsafeByteOperations.unsafeWrap(bytes.flip()));
    }

    /** Adds a node of numbers that are not trained. */
    private String constant(List<Integer> dims, TensorProto.DataType type, ByteBuffer bytes) {
        return constant(constantName(), dims, type, bytes);
    }

    /** Adds a node of numbers that are not trained, under this name. */
    String constant(String name, List<Integer> dims, TensorProto.DataType type, ByteBuffer bytes) {
        AttributeProto.Builder value =
                AttributeProto.newBuilder()
                        .setName("value")
                        .setType(AttributeProto.AttributeType.TENSOR)
                        .setT(proto(dims, type, bytes));
        graph.addNode(
                NodeProto.newBuilder()
                        .setName(name)
                        .setOpType("Constant")
                        .addAttribute(value)
                        .addOutput(name));
        return name;
    }

    /**
     * Room for the bytes of an initializer or constant.
     *
     * @throws IllegalArgumentException if the file would become too large
     */
    ByteBuffer room(long bytes) {
        size += bytes;
        checkSize(size);
        return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private String constantName() {
        return unique((path.isEmpty() ? "" : "/" + path.replace('.', '/')) + "/Constant");
    }

    /** Nodes from here on belong to the layer of this path. */
    void at(String layer) {
        path = layer;
    }

    /** The layer that nodes belong to. */
    String path() {
        return path;
    }

    /**
     * Reduces dimensions.
     *
     * @param operator as in {@code ReduceSum}
     * @param keep whether they stay, with size 1
     */
    String reduce(String operator, List<Integer> dims, boolean keep, String x) {
        int first = operator.equals("ReduceSum") ? FIRST_SUM_OF_INPUT : FIRST_REDUCTION_OF_INPUT;
        int keeps = keep ? 1 : 0;
        if (opset < first) {
            return node(operator, Map.of("axes", dims, "keepdims", keeps), x);
        }
        List<Long> axes = dims.stream().map(Integer::longValue).toList();
        return node(operator, Map.of("keepdims", keeps), x, ints(axes));
    }

    /** Has x's elements in these sizes, at most one of them {@link Values#ANY}. */
    String reshape(String x, List<Long> sizes) {
        return node("Reshape", x, ints(sizes));
    }

    String transpose(String x, List<Integer> dims) {
        return node("Transpose", Map.of("perm", dims), x);
    }

    /** The part of x from {@code start} on, before {@code end}. */
    String slice(String x, int dim, long start, long end) {
        return node("Slice", x, ints(start), ints(end), ints(dim));
    }

    String cast(String x, TensorProto.DataType type) {
        return node("Cast", Map.of("to", type.getNumber()), x);
    }

    /**
     * Checks that initializers of so many bytes fit a file.
     *
     * @throws IllegalArgumentException if they do not
     */
    static void checkSize(long bytes) {
        if (bytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    String.format(
                            "Onnx: expected weights of less than 2 GiB, the most that an ONNX file"
                                    + " can have, got %,d bytes or more; write them as float16",
                            bytes));
        }
    }

    /** This name, or with a number behind it if that is taken. */
    String unique(String name) {
        String candidate = name;
        for (int i = 1; !names.add(candidate); i++) {
            candidate = name + "_" + i;
        }
        return candidate;
    }

    /** What has been added. */
    GraphProto.Builder graph() {
        return graph;
    }
}
