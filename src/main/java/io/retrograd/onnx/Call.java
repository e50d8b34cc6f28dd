package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Join;
import io.retrograd.layer.Layer;
import io.retrograd.onnx.Part.Parameter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A node of the file with what it reads. */
final class Call {
    private final NodeProto node;
    private final Importing importing;
    private final List<@Nullable Value> inputs;
    private final Map<String, AttributeProto> attributes = new HashMap<>();

    /**
     * A call.
     *
     * @param inputs null where there is none
     */
    Call(NodeProto node, Importing importing, List<@Nullable Value> inputs) {
        this.node = node;
        this.importing = importing;
        this.inputs = inputs;
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attributes.put(attribute.getName(), attribute) != null) {
                throw new IllegalArgumentException(
                        "expected each attribute once, got twice "
                                + TensorReader.quoted(attribute.getName()));
            }
        }
    }

    String operator() {
        return node.getOpType();
    }

    int opset() {
        return importing.opset();
    }

    /** The samples that the file is for, if for no other number; else 0. */
    long fixedBatch() {
        return importing.fixedBatch();
    }

    /** Adds a layer to the network. */
    Flow layer(Layer layer, Flow x, Parameter... parameters) {
        return importing.assembly().layer(node, layer, x, parameters);
    }

    /** Adds a join to the network. */
    Flow join(Join join, Flow... inputs) {
        return join(join, List.of(inputs));
    }

    /** Adds a join with parameters to the network. */
    Flow join(Join join, List<Flow> inputs, Parameter... parameters) {
        return importing.assembly().join(node, join, inputs, parameters);
    }

    /** Parts side by side along an axis. */
    Flow joined(List<Flow> parts, int axis) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        if (axis == parts.get(0).batchAxis() || parts.get(0).rank() < 2) {
            throw new UnsupportedException("parts of the batch");
        }
        Flow[] swapped = parts.stream().map(x -> swapped(x, 1, axis)).toArray(Flow[]::new);
        return swapped(join(new Concat(), swapped), 1, axis);
    }

    /** Adds what is refused unless what reads it makes a layer of it. */
    Flow unfinished(Unfinished function, List<Dim> dims, Flow... inputs) {
        return importing.assembly().pending(node, function, dims, inputs);
    }

    /** Has the sequences that a part reads end where only padding follows in the tokens. */
    void ends(Flow y, int padding, Flow tokens) {
        importing.assembly().ends(y.from(), new Assembly.End(padding, tokens));
    }

    /** Dimensions in another order. */
    Value permuted(Value x, List<Integer> order) {
        return x instanceof Constant constant
                ? constant.permuted(order)
                : permuted((Flow) x, order);
    }

    Flow permuted(Flow x, List<Integer> order) {
        return importing.assembly().permuted(node, x, order);
    }

    /** The elements in another shape. */
    Value viewed(Value x, List<Dim> dims) {
        return x instanceof Constant constant ? constant.reshaped(dims) : viewed((Flow) x, dims);
    }

    Flow viewed(Flow x, List<Dim> dims) {
        return importing.assembly().viewed(node, x, dims);
    }

    /** Two dimensions swapped. */
    Flow swapped(Flow x, int a, int b) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, x.rank()).boxed().toList());
        Collections.swap(order, a, b);
        return permuted(x, order);
    }

    TensorReader tensors() {
        return importing.tensors();
    }

    NodeProto node() {
        return node;
    }

    /** Whether output i is read, or is the network's. */
    boolean wanted(int i) {
        return i < node.getOutputCount() && importing.readers(node.getOutput(i)) > 0;
    }

    /** Whether only this node reads input i. */
    boolean only(int i) {
        return importing.readers(node.getInput(i)) == 1;
    }

    int count() {
        return inputs.size();
    }

    boolean has(int i) {
        return i < inputs.size() && inputs.get(i) != null;
    }

    Value value(int i) {
        Value value = i < inputs.size() ? inputs.get(i) : null;
        if (value == null) {
            throw new IllegalArgumentException(
                    String.format("expected input %d, got %d inputs", i, inputs.size()));
        }
        return value;
    }

    /** All inputs, each of which there must be. */
    List<Value> values() {
        List<Value> all = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            all.add(value(i));
        }
        return all;
    }

    /** Whether input i is known numbers. */
    boolean constant(int i) {
        return has(i) && value(i) instanceof Constant;
    }

    /** Input i, which must be real numbers that run through the network. */
    Flow flow(int i) {
        if (value(i) instanceof Flow flow) {
            if (flow.whole()) {
                throw new UnsupportedException("whole numbers as input " + i);
            }
            return flow;
        }
        Constant constant = known(i);
        int batch = constant.dims().indexOf(Dim.BATCH);
        Flow like = importing.assembly().latest();
        if (batch < 0 || like == null) {
            throw new UnsupportedException("a constant as input " + i);
        }
        List<Dim> dims = new ArrayList<>(constant.dims());
        dims.set(batch, Dim.of(1));
        return Arithmetic.repeated(this, constant.gathered(dims, index -> index), batch, like);
    }

    /** Input i, which must be known numbers. */
    Constant known(int i) {
        if (value(i) instanceof Constant constant) {
            return constant;
        }
        throw new UnsupportedException("input " + i + " that is computed");
    }

    /** Refuses an attribute of another value than these, the first of which is the default. */
    void expect(String name, Object... values) {
        Object got =
                values[0] instanceof String standard
                        ? text(name, standard)
                        : integer(name, ((Number) values[0]).longValue());
        boolean known =
                values[0] instanceof String
                        ? Set.of(values).contains(got)
                        : Set.of(values).contains(((Number) got).intValue());
        if (!known) {
            throw new UnsupportedException(name + " " + got);
        }
    }

    boolean hasAttribute(String name) {
        return attributes.containsKey(name);
    }

    private @Nullable AttributeProto attribute(String name, AttributeType type) {
        AttributeProto attribute = attributes.get(name);
        if (attribute == null) {
            return null;
        }
        if (!attribute.getRefAttrName().isEmpty()) {
            throw new UnsupportedException("an attribute of a function");
        }
        if (attribute.getType() != type) {
            throw new IllegalArgumentException(
                    String.format(
                            "expected attribute %s as %s, got %s",
                            name, type, attribute.getType()));
        }
        return attribute;
    }

    long integer(String name, long standard) {
        AttributeProto attribute = attribute(name, AttributeType.INT);
        return attribute == null ? standard : attribute.getI();
    }

    int size(String name, int standard) {
        return Math.toIntExact(integer(name, standard));
    }

    boolean flag(String name) {
        return integer(name, 0) != 0;
    }

    /** A finite number, as near as a float is. */
    double real(String name, double standard) {
        AttributeProto attribute = attribute(name, AttributeType.FLOAT);
        return attribute == null ? standard : decimal(attribute.getF());
    }

    /** The number with the fewest digits that is this float: 1e-5, and not 9.99999974e-6. */
    static double decimal(float value) {
        return Double.parseDouble(Float.toString(value));
    }

    String text(String name, String standard) {
        AttributeProto attribute = attribute(name, AttributeType.STRING);
        return attribute == null ? standard : attribute.getS().toStringUtf8();
    }

    /** Whole numbers; null if there are none. */
    @Nullable List<Long> integers(String name) {
        AttributeProto attribute = attribute(name, AttributeType.INTS);
        return attribute == null ? null : attribute.getIntsList();
    }

    @Nullable List<Float> reals(String name) {
        AttributeProto attribute = attribute(name, AttributeType.FLOATS);
        return attribute == null ? null : attribute.getFloatsList();
    }

    /** Texts; null if there are none. */
    @Nullable List<String> texts(String name) {
        AttributeProto attribute = attribute(name, AttributeType.STRINGS);
        return attribute == null
                ? null
                : attribute.getStringsList().stream().map(text -> text.toStringUtf8()).toList();
    }

    @Nullable Constant tensor(String name) {
        AttributeProto attribute = attribute(name, AttributeType.TENSOR);
        return attribute == null ? null : tensors().read(attribute.getT());
    }

    /** One size for each of {@code dims} dimensions, or the default for each. */
    List<Integer> sizes(String name, int dims, int standard) {
        List<Long> given = integers(name);
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < dims; i++) {
            if (given != null && given.size() != dims) {
                throw new IllegalArgumentException(
                        String.format("expected %d %s, got %s", dims, name, given));
            }
            sizes.add(given == null ? standard : Math.toIntExact(given.get(i)));
        }
        return sizes;
    }

    /** Whole numbers of an attribute, or in later opsets of an input; null if of neither. */
    @Nullable List<Long> attributeOrInput(String name, int input) {
        List<Long> given = integers(name);
        return given == null && has(input) ? known(input).values() : given;
    }
}
