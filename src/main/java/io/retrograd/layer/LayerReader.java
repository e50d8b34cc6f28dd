package io.retrograd.layer;

import io.retrograd.operation.Initializer;
import io.retrograd.operation.RecurrentSpec;
import io.retrograd.tensor.Shape;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes layers from values that may come from anybody: only the classes listed here, each by the
 * constructor and the withers that a user calls, which refuse what makes no sense.
 */
final class LayerReader {
    private static final int DEEPEST = 200;

    private int depth;

    /** A layer or a join. */
    Object read(String where, Map<String, ?> values) {
        if (++depth > DEEPEST) {
            throw new IllegalArgumentException(
                    where + ": expected at most " + DEEPEST + " layers in each other, got more");
        }
        try {
            String type = text(where, get(where, values, LayerValues.TYPE));
            return known(where + "(" + type + ")", type, values);
        } finally {
            depth--;
        }
    }

    private Object known(String where, String type, Map<String, ?> values) {
        if (type.equals("Graph")) {
            expect(where, values, Set.of("inputs", "nodes", "ties", "outputs"));
            return GraphValues.read(where, this, values);
        }
        BiFunction<Integer, int[], Convolution<?>> convolution = KnownLayers.CONVOLUTIONS.get(type);
        if (convolution != null) {
            return convolution(where, values, convolution);
        }
        Function<int[], Pooling<?>> pooling = KnownLayers.POOLINGS.get(type);
        if (pooling != null) {
            return pooling(where, values, pooling);
        }
        IntFunction<Recurrent<?>> recurrent = KnownLayers.RECURRENT.get(type);
        if (recurrent != null) {
            return recurrent(where, values, recurrent);
        }
        Class<? extends Record> record = KnownLayers.RECORDS.get(type);
        if (record == null) {
            throw new IllegalArgumentException(
                    where + ": expected a layer of this library, got " + type);
        }
        return record(where, record, values, /* typed= */ true);
    }

    private Object convolution(
            String where, Map<String, ?> values, BiFunction<Integer, int[], Convolution<?>> maker) {
        Convolution<?> made =
                maker.apply(whole(where, values, "channels"), wholes(where, values, "kernel"));
        Set<String> keys =
                new HashSet<>(
                        Set.of(
                                "channels",
                                "kernel",
                                "stride",
                                "padding",
                                "dilation",
                                "groups",
                                "bias",
                                "weightInit"));
        if (made.settings.outputPadding() != null) {
            keys.add("outputPadding");
            made = made.withOutputPadding(wholes(where, values, "outputPadding"));
        }
        expect(where, values, keys);
        return made.stride(wholes(where, values, "stride"))
                .padding(wholes(where, values, "padding"))
                .dilation(wholes(where, values, "dilation"))
                .groups(whole(where, values, "groups"))
                .bias(flag(where, values, "bias"))
                .weightInit(Initializer.named(text(where, get(where, values, "weightInit"))));
    }

    private Object pooling(String where, Map<String, ?> values, Function<int[], Pooling<?>> maker) {
        Pooling<?> made = maker.apply(wholes(where, values, "kernel"));
        boolean largest = made instanceof MaxPooling<?>;
        expect(
                where,
                values,
                Set.of(
                        "kernel",
                        "stride",
                        "padding",
                        largest ? "dilation" : "countIncludePad",
                        "ceilMode"));
        made =
                made.stride(wholes(where, values, "stride"))
                        .padding(wholes(where, values, "padding"))
                        .ceilMode(flag(where, values, "ceilMode"));
        if (made instanceof MaxPooling<?> max) {
            return max.dilation(wholes(where, values, "dilation"));
        }
        return ((AveragePooling<?>) made).countIncludePad(flag(where, values, "countIncludePad"));
    }

    private Object recurrent(String where, Map<String, ?> values, IntFunction<Recurrent<?>> maker) {
        expect(
                where,
                values,
                Set.of(
                        "cell",
                        "hidden",
                        "layers",
                        "bidirectional",
                        "batchFirst",
                        "dropout",
                        "stateful"));
        Recurrent<?> made = maker.apply(whole(where, values, "hidden"));
        String cell = text(where, get(where, values, "cell"));
        if (made instanceof Rnn rnn && cell.equals(RecurrentSpec.Cell.RNN_RELU.name())) {
            made = rnn.relu(true);
        }
        if (!made.spec().cell().name().equals(cell)) {
            throw new IllegalArgumentException(
                    where + ".cell: expected " + made.spec().cell() + ", got " + cell);
        }
        return made.layers(whole(where, values, "layers"))
                .bidirectional(flag(where, values, "bidirectional"))
                .batchFirst(flag(where, values, "batchFirst"))
                .dropout(real(where + ".dropout", get(where, values, "dropout")))
                .stateful(flag(where, values, "stateful"));
    }

    private <T extends Record> T record(
            String where, Class<T> type, Map<String, ?> values, boolean typed) {
        RecordComponent[] components = type.getRecordComponents();
        expect(
                where,
                values,
                Arrays.stream(components)
                        .map(RecordComponent::getName)
                        .collect(Collectors.toSet()));
        if (!typed && values.containsKey(LayerValues.TYPE)) {
            throw new IllegalArgumentException(where + ": expected no type, got one");
        }
        Object[] made = new Object[components.length];
        for (int i = 0; i < made.length; i++) {
            String name = components[i].getName();
            made[i] =
                    value(
                            where + "." + name,
                            components[i].getGenericType(),
                            get(where, values, name));
        }
        return RecordValues.make(where, type, made);
    }

    private Object value(String where, Type type, Object value) {
        if (type == int.class || type == Integer.class) {
            return whole(where, value);
        }
        if (type == double.class) {
            return real(where, value);
        }
        if (type == boolean.class) {
            return flag(where, value);
        }
        if (type == Shape.class) {
            return Shape.of(wholes(where, value));
        }
        if (type == Initializer.class) {
            return Initializer.named(text(where, value));
        }
        if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
            List<Object> made = new ArrayList<>();
            for (Object element : list(where, value)) {
                made.add(
                        value(
                                where + "." + made.size(),
                                list.getActualTypeArguments()[0],
                                element));
            }
            return made;
        }
        return composite(where, (Class<?>) type, value);
    }

    private Object composite(String where, Class<?> type, Object value) {
        if (type.isEnum()) {
            String name = text(where, value);
            for (Object constant : type.getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(name)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected one of %s, got %s",
                            where, Arrays.toString(type.getEnumConstants()), name));
        }
        if (type.isRecord()) {
            return record(
                    where, type.asSubclass(Record.class), map(where, value), /* typed= */ false);
        }
        Object made = read(where, map(where, value));
        if (!type.isInstance(made)) {
            throw new IllegalArgumentException(
                    where + ": expected a " + type.getSimpleName() + ", got " + made);
        }
        return made;
    }

    /** Refuses other names than these, and the type. */
    private static void expect(String where, Map<String, ?> values, Set<String> names) {
        for (String name : values.keySet()) {
            if (!names.contains(name) && !name.equals(LayerValues.TYPE)) {
                throw new IllegalArgumentException(
                        String.format("%s: expected %s, got %s too", where, names, name));
            }
        }
    }

    Object get(String where, Map<String, ?> values, String name) {
        Object value = values.get(name);
        if (value == null) {
            throw wrong(where, name, null);
        }
        return value;
    }

    Map<String, ?> map(String where, Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw wrong(where, "settings by name", value);
        }
        Map<String, Object> named = new LinkedHashMap<>();
        map.forEach((name, each) -> named.put(text(where, name), each));
        return named;
    }

    List<?> list(String where, Map<String, ?> values, String name) {
        return list(where + "." + name, get(where, values, name));
    }

    private static List<?> list(String where, Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        throw wrong(where, "a list", value);
    }

    List<String> texts(String where, Map<String, ?> values, String name) {
        return list(where, values, name).stream()
                .map(each -> text(where + "." + name, each))
                .toList();
    }

    String text(String where, @Nullable Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw wrong(where, "a text", value);
    }

    private int whole(String where, Map<String, ?> values, String name) {
        return whole(where + "." + name, get(where, values, name));
    }

    private static int whole(String where, Object value) {
        if (value instanceof Integer number) {
            return number;
        }
        throw wrong(where, "a whole number", value);
    }

    private int[] wholes(String where, Map<String, ?> values, String name) {
        return wholes(where + "." + name, get(where, values, name));
    }

    private static int[] wholes(String where, Object value) {
        return list(where, value).stream().mapToInt(each -> whole(where, each)).toArray();
    }

    private static double real(String where, Object value) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        if (value instanceof String text && Set.of("NaN", "Infinity", "-Infinity").contains(text)) {
            return Double.parseDouble(text);
        }
        throw wrong(where, "a number", value);
    }

    private boolean flag(String where, Map<String, ?> values, String name) {
        return flag(where + "." + name, get(where, values, name));
    }

    private static boolean flag(String where, Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw wrong(where, "true or false", value);
    }

    private static IllegalArgumentException wrong(
            String where, String expected, @Nullable Object got) {
        return new IllegalArgumentException(
                String.format(
                        "%s: expected %s, got %s", where, expected, got == null ? "none" : got));
    }
}
