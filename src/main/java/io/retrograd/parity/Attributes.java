package io.retrograd.parity;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a case or of one of its layers, by name and type.
 *
 * <p>All methods throw {@link IllegalArgumentException} where an attribute is missing or of another
 * type. {@link #checkAllUsed} finds the unused ones.
 */
final class Attributes {
    private static final int LONGEST_VALUE = 60;
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final TypeReference<Map<String, Object>> VALUES = new TypeReference<>() {};

    private final String where;
    private final JsonNode node;
    private final Set<String> used = new HashSet<>();

    /**
     * The attributes in a JSON object.
     *
     * @param where its place, as in {@code attrs.layers[3]}
     */
    Attributes(String where, JsonNode node) {
        if (!node.isObject()) {
            throw new IllegalArgumentException(
                    where + ": expected an object, got " + shorten(node));
        }
        this.where = where;
        this.node = node;
    }

    /** Place in the case, as in {@code attrs.layers[3]}. */
    String where() {
        return where;
    }

    /** Whether there is one of this name that is not null. */
    boolean has(String name) {
        return node.hasNonNull(name);
    }

    int integer(String name) {
        return integer(name, require(name, "an integer"));
    }

    int integer(String name, int standard) {
        JsonNode value = find(name);
        return value == null ? standard : integer(name, value);
    }

    double number(String name) {
        return number(name, require(name, "a number"));
    }

    double number(String name, double standard) {
        JsonNode value = find(name);
        return value == null ? standard : number(name, value);
    }

    boolean flag(String name) {
        return flag(name, require(name, "true or false"));
    }

    boolean flag(String name, boolean standard) {
        JsonNode value = find(name);
        return value == null ? standard : flag(name, value);
    }

    String text(String name) {
        JsonNode value = require(name, "a text");
        if (!value.isTextual()) {
            throw wrong(name, "a text", value);
        }
        return value.textValue();
    }

    /** One integer a dimension; a single one counts for all. */
    int[] sizes(String name, int dims) {
        return sizes(name, dims, require(name, dims + " integers"));
    }

    /**
     * As {@link #sizes(String, int)}, or {@code standard} in each dimension where there is none.
     */
    int[] sizes(String name, int dims, int standard) {
        JsonNode value = find(name);
        if (value == null) {
            int[] sizes = new int[dims];
            Arrays.fill(sizes, standard);
            return sizes;
        }
        return sizes(name, dims, value);
    }

    /** Any number of integers. */
    int[] integers(String name) {
        JsonNode list = list(name);
        int[] values = new int[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = integer(name, list.get(i));
        }
        return values;
    }

    /** Exactly {@code count} numbers. */
    double[] numbers(String name, int count) {
        JsonNode list = list(name);
        if (list.size() != count) {
            throw wrong(name, count + " numbers", list);
        }
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = number(name, list.get(i));
        }
        return values;
    }

    Attributes object(String name) {
        return new Attributes(where + "." + name, require(name, "an object"));
    }

    /** The values of an object by name. */
    Map<String, Object> map(String name) {
        JsonNode value = require(name, "an object");
        if (!value.isObject()) {
            throw wrong(name, "an object", value);
        }
        return MAPPER.convertValue(value, VALUES);
    }

    List<Attributes> objects(String name) {
        return objects(where + "." + name, list(name));
    }

    List<List<Attributes>> objectLists(String name) {
        JsonNode list = list(name);
        List<List<Attributes>> lists = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            if (!list.get(i).isArray()) {
                throw wrong(name, "a list of lists", list.get(i));
            }
            lists.add(objects(where + "." + name + "[" + i + "]", list.get(i)));
        }
        return lists;
    }

    /** Refuses unused attributes. */
    void checkAllUsed() {
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!used.contains(name)) {
                throw new IllegalArgumentException(
                        where + ": expected no attribute " + name + ", got one");
            }
        }
    }

    private static List<Attributes> objects(String where, JsonNode list) {
        List<Attributes> objects = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            objects.add(new Attributes(where + "[" + i + "]", list.get(i)));
        }
        return objects;
    }

    private int[] sizes(String name, int dims, JsonNode value) {
        int[] sizes = new int[dims];
        if (value.isArray() && value.size() != dims) {
            throw wrong(name, dims + " integers", value);
        }
        for (int i = 0; i < dims; i++) {
            sizes[i] = integer(name, value.isArray() ? value.get(i) : value);
        }
        return sizes;
    }

    private int integer(String name, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(name, "an integer of 32 bits", value);
        }
        return value.intValue();
    }

    private double number(String name, JsonNode value) {
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw wrong(name, "a finite number", value);
        }
        return value.doubleValue();
    }

    private boolean flag(String name, JsonNode value) {
        if (!value.isBoolean()) {
            throw wrong(name, "true or false", value);
        }
        return value.booleanValue();
    }

    private JsonNode list(String name) {
        JsonNode value = require(name, "a list");
        if (!value.isArray()) {
            throw wrong(name, "a list", value);
        }
        return value;
    }

    private JsonNode require(String name, String type) {
        JsonNode value = find(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    where + ": expected attribute " + name + ", " + type + ", got none");
        }
        return value;
    }

    private @Nullable JsonNode find(String name) {
        used.add(name);
        return has(name) ? node.get(name) : null;
    }

    private IllegalArgumentException wrong(String name, String type, JsonNode value) {
        return new IllegalArgumentException(
                String.format("%s.%s: expected %s, got %s", where, name, type, shorten(value)));
    }

    private static String shorten(JsonNode value) {
        if (value.isContainerNode() && value.size() > LONGEST_VALUE) {
            return (value.isArray() ? "a list of " : "an object of ") + value.size();
        }
        String text = value.toString();
        return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
    }
}
