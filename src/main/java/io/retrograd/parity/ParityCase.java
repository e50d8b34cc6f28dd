package io.retrograd.parity;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.retrograd.interop.ElementKind;
import io.retrograd.interop.SafeTensor;
import io.retrograd.interop.Safetensors;
import io.retrograd.interop.SafetensorsFile;
import io.retrograd.tensor.Rounding;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One parsed case: an operation, its attributes, and given and expected tensors.
 *
 * <p>Whoever runs it asks for every tensor by name and shape first, then calls {@link
 * #checkAllUsed}. All methods throw {@link IllegalArgumentException} for what is missing, left over
 * or of another type.
 */
final class ParityCase {
    private static final String DESCRIPTION = "case";
    private static final JsonMapper JSON =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(Limits.DEPTH)
                                                    .maxNumberLength(100)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private final String op;
    private final Attributes attributes;
    private final Map<String, SafeTensor> tensors;
    private final Rounding rounding;
    private final Set<String> used = new HashSet<>();

    private ParityCase(
            String op, Attributes attributes, Map<String, SafeTensor> tensors, Rounding rounding) {
        this.op = op;
        this.attributes = attributes;
        this.tensors = tensors;
        this.rounding = rounding;
    }

    /**
     * Reads a case.
     *
     * @throws IOException if the file cannot be read or is damaged
     * @throws IllegalArgumentException if it is a sound file but no case
     */
    static ParityCase read(Path path) throws IOException {
        return of(Safetensors.read(path, Limits.FILE));
    }

    /** The case in a file's content. */
    static ParityCase of(SafetensorsFile file) {
        if (!file.metadata().keySet().equals(Set.of(DESCRIPTION))) {
            throw new IllegalArgumentException(
                    "metadata: expected the key case and no other, got "
                            + file.metadata().keySet());
        }
        JsonNode json = parse(String.valueOf(file.metadata().get(DESCRIPTION)));
        Attributes root = new Attributes(DESCRIPTION, json);
        String op = root.text("op");
        JsonNode attributes = json.path("attrs");
        root.object("attrs");
        if (root.has("source")) {
            root.text("source");
        }
        root.checkAllUsed();
        return new ParityCase(
                op,
                new Attributes("attrs", attributes),
                file.tensors(),
                new Rounding(/* epsilon= */ 0, /* draw= */ 0));
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "metadata: expected JSON as case, got: " + e.getOriginalMessage(), e);
        }
    }

    /** The same case with what it gives rounded. */
    ParityCase rounded(Rounding to) {
        return new ParityCase(op, attributes, tensors, to);
    }

    /** As in {@code conv2d}. */
    String op() {
        return op;
    }

    Attributes attributes() {
        return attributes;
    }

    boolean has(String name) {
        return tensors.containsKey(name);
    }

    /** What follows this in the names of tensors, sorted. */
    List<String> after(String prefix) {
        return tensors.keySet().stream()
                .filter(name -> name.startsWith(prefix))
                .map(name -> name.substring(prefix.length()))
                .sorted()
                .toList();
    }

    /** The shape of a tensor that must be there. */
    Shape shape(String name) {
        return find(name).shape();
    }

    /** Checks that there is a tensor of floats of this name and shape. */
    void expectFloats(String name, Shape shape) {
        expectShape(name, shape);
        if (!find(name).kind().floating() || find(name).kind() == ElementKind.C64) {
            throw new IllegalArgumentException(
                    name + ": expected floats, got " + find(name).kind());
        }
    }

    /** Checks that there is a tensor of integers of this name and shape. */
    void expectIntegers(String name, Shape shape) {
        expectShape(name, shape);
        if (find(name).kind().floating()) {
            throw new IllegalArgumentException(
                    name + ": expected integers, got " + find(name).kind());
        }
    }

    /** The elements of a given tensor of this shape: finite floats. */
    double[] given(String name, Shape shape) {
        expectFloats(name, shape);
        double[] values = find(name).doubles();
        for (int i = 0; i < values.length; i++) {
            if (!Double.isFinite(values[i])) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected finite numbers, got %s at %d", name, values[i], i));
            }
            values[i] = rounding.round(values[i], name.hashCode(), i);
        }
        return values;
    }

    /** The elements of a given tensor of this shape: classes from 0 to {@code classes} − 1. */
    double[] labels(String name, Shape shape, int classes) {
        return labels(name, shape, classes, /* other= */ 0);
    }

    /** The same, with another number among the labels. */
    double[] labels(String name, Shape shape, int classes, int other) {
        expectIntegers(name, shape);
        long[] labels = find(name).longs();
        double[] values = new double[labels.length];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] != other && (labels[i] < 0 || labels[i] >= classes)) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected labels from 0 to %d, got %d at %d",
                                name, classes - 1, labels[i], i));
            }
            values[i] = labels[i];
        }
        return values;
    }

    /** The elements of an expected tensor, which {@link #expectFloats} has seen. */
    double[] expected(String name) {
        return find(name).doubles();
    }

    /** Refuses unused tensors and attributes. */
    void checkAllUsed() {
        attributes.checkAllUsed();
        for (String name : tensors.keySet()) {
            if (!used.contains(name)) {
                throw new IllegalArgumentException(
                        "expected no tensor " + name + " for " + op + ", got one");
            }
        }
    }

    private void expectShape(String name, Shape shape) {
        Shape got = find(name).shape();
        if (!got.equals(shape)) {
            throw new IllegalArgumentException(name + ": expected shape " + shape + ", got " + got);
        }
    }

    private SafeTensor find(String name) {
        SafeTensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "expected a tensor " + name + " for " + op + ", got none");
        }
        used.add(name);
        return tensor;
    }
}
