package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.retrograd.backend.Parameters;
import io.retrograd.interop.ElementKind;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The values of a graph that tensors are, by name, and those that parameters become. */
final class Values {
    /** The size of a dimension that holds the batch, whatever that is. */
    static final long ANY = -1;

    /** States of batch norm, which it changes. */
    private static final String RUNNING = "(.*\\.)?running_\\w+";

    /** Where float16 rounds to infinity. */
    private static final double TOO_LARGE = 65520;

    private final GraphBuilder graph;
    private final boolean float16;
    private final Map<Tensor, double[]> constants;
    private final Map<Tensor, Shape> otherShapes;
    private final Set<Tensor> trained;
    private final Set<Tensor> statistics;
    private final Map<Tensor, String> names = new HashMap<>();
    private final Map<String, String> derived = new HashMap<>();

    private String input = "";

    /** Branches of forks, with what they are branches of. */
    private final Map<Tensor, Tensor> sources = new HashMap<>();

    /**
     * Of no tensors yet.
     *
     * @param otherShapes the tensors' shapes in another batch size; empty where there is but one
     */
    Values(
            GraphBuilder graph,
            boolean float16,
            Map<Tensor, double[]> constants,
            Map<Tensor, Shape> otherShapes,
            Parameters parameters) {
        this.graph = graph;
        this.float16 = float16;
        this.constants = constants;
        this.otherShapes = otherShapes;
        trained = new HashSet<>(parameters.tensors());
        statistics = new HashSet<>(parameters.states());
    }

    /** Has the batch be the first dimension of an input. */
    void setBatchOf(Tensor x) {
        input = of(x);
    }

    /** Has a tensor be this value. */
    void set(Tensor tensor, String name) {
        names.put(tensor, name);
    }

    /** Has a tensor be what another is. */
    void alias(Tensor branch, Tensor source) {
        sources.put(branch, source(source));
        set(branch, of(source));
    }

    /** The tensor of which this one is a branch, or itself. */
    Tensor source(Tensor tensor) {
        return sources.getOrDefault(tensor, tensor);
    }

    /** The value that a tensor is. */
    String of(Tensor tensor) {
        String known = names.get(tensor);
        if (known == null) {
            known = made(tensor);
            names.put(tensor, known);
        }
        return known;
    }

    private String made(Tensor tensor) {
        if (trained.contains(tensor)) {
            return weight(tensor.name(), tensor.shape(), floats(tensor));
        }
        if (statistics.contains(tensor)) {
            String name = graph.unique(tensor.name());
            return name.matches(RUNNING)
                    ? float32(name, tensor.shape(), floats(tensor))
                    : fixed(name, tensor.shape(), floats(tensor));
        }
        double[] values = constants.get(tensor);
        if (values == null) {
            throw new IllegalStateException(tensor + ": expected a tensor with a value");
        }
        return constant(tensor, values);
    }

    /** The elements of a parameter or statistic. */
    double[] array(Tensor parameter) {
        return source(parameter).toArray();
    }

    /** A constant; where its sizes hold the batch, it must be one number. */
    private String constant(Tensor tensor, double... values) {
        List<Long> sizes = sizes(tensor);
        if (!sizes.contains(ANY)) {
            return fixed(graph.unique(tensor.name()), tensor.shape(), floats(values));
        }
        if (Arrays.stream(values).anyMatch(value -> value != values[0])) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a constant for any batch size, got one for each sample;"
                                    + " export without a dynamic batch",
                            tensor.name()));
        }
        String batch = graph.slice(graph.node("Shape", input), 0, 0, 1);
        String[] shape =
                sizes.stream()
                        .map(size -> size == ANY ? batch : graph.ints(size))
                        .toArray(String[]::new);
        return graph.node(
                "Expand", graph.number(values[0]), graph.node("Concat", Map.of("axis", 0), shape));
    }

    /** A value made of parameters, made once however often it is asked for. */
    String derived(String name, Supplier<String> make) {
        String known = derived.get(name);
        if (known == null) {
            known = make.get();
            derived.put(name, known);
        }
        return known;
    }

    /** Without doubles between, which of large weights would take as much memory again. */
    private static float[] floats(Tensor tensor) {
        float[] values = new float[Math.toIntExact(tensor.shape().size())];
        tensor.copyTo(values);
        return values;
    }

    private static float[] floats(double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /** Adds an initializer of weights, as precise as weights are. */
    String weight(String name, Shape shape, double... values) {
        return weight(name, shape, floats(values));
    }

    private String weight(String name, Shape shape, float... values) {
        String unique = graph.unique(name);
        if (!float16) {
            return float32(unique, shape, values);
        }
        ByteBuffer bytes = graph.room(values.length * (long) Short.BYTES);
        for (float value : values) {
            if (Math.abs(value) >= TOO_LARGE) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected weights up to 65504, the largest of float16, got %s;"
                                        + " write float32",
                                name, value));
            }
            ElementKind.F16.put(bytes, value);
        }
        graph.tensor(unique, shape.dims(), TensorProto.DataType.FLOAT16, bytes);
        return graph.cast(unique, TensorProto.DataType.FLOAT);
    }

    private String float32(String name, Shape shape, float... values) {
        return graph.tensor(name, shape.dims(), TensorProto.DataType.FLOAT, bytes(values));
    }

    /** Numbers that are not trained. */
    private String fixed(String name, Shape shape, float... values) {
        return graph.constant(name, shape.dims(), TensorProto.DataType.FLOAT, bytes(values));
    }

    private ByteBuffer bytes(float... values) {
        ByteBuffer bytes = graph.room(values.length * (long) Float.BYTES);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes;
    }

    /** The sizes of a tensor, {@link #ANY} where they hold the batch. */
    List<Long> sizes(Tensor tensor) {
        Shape other = otherShapes.getOrDefault(tensor, tensor.shape());
        List<Long> sizes = new ArrayList<>();
        for (int i = 0; i < tensor.shape().rank(); i++) {
            int size = tensor.shape().dim(i);
            sizes.add(size == other.dim(i) ? size : ANY);
        }
        return sizes;
    }
}
