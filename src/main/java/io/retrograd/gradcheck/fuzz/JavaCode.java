package io.retrograd.gradcheck.fuzz;

import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerValues;
import io.retrograd.tensor.Shape;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A layer as it is written in Java: {@code new Conv2d(4, 3, 3).stride(2, 2)...}.
 *
 * @param code the expression
 * @param imports the classes that it names
 */
public record JavaCode(String code, Set<String> imports) {
    private static final String LAYERS = Layer.class.getPackageName() + ".";

    /**
     * The code of a layer.
     *
     * @throws IllegalArgumentException if it, or a layer in it, is not of this library
     */
    public static JavaCode of(Layer layer) {
        Writer writer = new Writer();
        String code = writer.layer(LayerValues.of(layer));
        return new JavaCode(code, writer.imports);
    }

    /** Writes values as {@link LayerValues} gives them. */
    private static final class Writer {
        private final Set<String> imports = new TreeSet<>();

        String layer(Map<String, ?> values) {
            Map<String, Object> rest = new LinkedHashMap<>(values);
            String type = String.valueOf(rest.remove("type"));
            imports.add(LAYERS + type);
            if (rest.containsKey("kernel")) {
                Object channels = rest.remove("channels");
                String first = channels == null ? "" : channels + ", ";
                String kernel = numbers(rest.remove("kernel"));
                return "new " + type + "(" + first + kernel + ")" + withers(rest);
            }
            if (rest.containsKey("cell")) {
                boolean relu = String.valueOf(rest.remove("cell")).endsWith("RELU");
                String made = "new " + type + "(" + rest.remove("hidden") + ")";
                return made + (relu ? ".relu(true)" : "") + withers(rest);
            }
            return record(load(LAYERS + type), rest);
        }

        /** Calls of the methods that set the rest; what initializes weights is left out. */
        private static String withers(Map<String, Object> rest) {
            return rest.entrySet().stream()
                    .filter(entry -> !entry.getKey().equals("weightInit"))
                    .map(entry -> "." + entry.getKey() + "(" + numbers(entry.getValue()) + ")")
                    .collect(Collectors.joining());
        }

        private static String numbers(Object value) {
            return value instanceof Collection<?> many
                    ? many.stream().map(String::valueOf).collect(Collectors.joining(", "))
                    : String.valueOf(value);
        }

        private String record(Class<?> type, Map<String, ?> values) {
            imports.add(type.getName().replace('$', '.'));
            List<String> arguments = new ArrayList<>();
            for (RecordComponent component : type.getRecordComponents()) {
                Object value = Objects.requireNonNull(values.get(component.getName()));
                arguments.add(value(component.getGenericType(), value));
            }
            return "new " + type.getSimpleName() + "(" + String.join(", ", arguments) + ")";
        }

        private String value(Type type, Object value) {
            if (type instanceof ParameterizedType list && value instanceof List<?> values) {
                imports.add(List.class.getName());
                return values.stream()
                        .map(element -> value(list.getActualTypeArguments()[0], element))
                        .collect(Collectors.joining(", ", "List.of(", ")"));
            }
            Class<?> raw = (Class<?>) type;
            if (raw == Shape.class) {
                imports.add(Shape.class.getName());
                return "Shape.of(" + numbers(value) + ")";
            }
            if (raw.isEnum()) {
                imports.add(raw.getName().replace('$', '.'));
                return raw.getSimpleName() + "." + value;
            }
            if (Layer.class.isAssignableFrom(raw)) {
                return layer(map(value));
            }
            if (raw.isRecord()) {
                return record(raw, map(value));
            }
            if (value instanceof String name) {
                imports.add(raw.getName());
                return raw.getSimpleName() + "." + name + "()";
            }
            return String.valueOf(value);
        }

        private static Map<String, Object> map(Object value) {
            Map<String, Object> named = new LinkedHashMap<>();
            ((Map<?, ?>) value).forEach((name, each) -> named.put(String.valueOf(name), each));
            return named;
        }

        private static Class<?> load(String name) {
            try {
                return Class.forName(name);
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
