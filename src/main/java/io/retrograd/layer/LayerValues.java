package io.retrograd.layer;

import io.retrograd.operation.Initializer;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Networks as maps, lists, texts and numbers, for formats as JSON: a layer is a map of its settings
 * by name, with its kind as {@code type}.
 *
 * <pre>
 *   {type: Sequential, layers: [{type: Linear, units: 4, bias: true, weightInit: defaultWeight}]}
 * </pre>
 *
 * <p>Only the layers of this package are written and made: a {@link Custom} one is code, and so is
 * a layer of the user's own.
 */
public final class LayerValues {
    static final String TYPE = "type";

    private LayerValues() {}

    /**
     * A layer's values.
     *
     * @throws IllegalArgumentException if it, or a layer in it, cannot be made from values
     */
    public static Map<String, Object> of(Layer layer) {
        return describe(layer);
    }

    /**
     * The layer of these values.
     *
     * @param values as {@link #of} gives them, from whomever
     * @throws IllegalArgumentException if they are those of no layer; the message says where
     */
    public static Layer layer(Map<String, ?> values) {
        if (new LayerReader().read("network", values) instanceof Layer layer) {
            return layer;
        }
        throw new IllegalArgumentException(
                "network: expected a layer, got a join of several inputs; put it into a Graph");
    }

    static Map<String, Object> describe(Object layer) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put(TYPE, layer.getClass().getSimpleName());
        if (layer instanceof Graph graph) {
            values.putAll(GraphValues.of(graph));
        } else if (layer instanceof Convolution<?> convolution) {
            putConvolution(values, convolution.settings);
        } else if (layer instanceof Pooling<?> pooling) {
            putPooling(values, pooling);
        } else if (layer instanceof Recurrent<?> recurrent) {
            putRecurrent(values, recurrent.settings);
        } else if (KnownLayers.RECORDS.containsValue(layer.getClass())) {
            RecordValues.components(layer)
                    .forEach((name, value) -> values.put(name, value(name, value)));
        } else {
            String kind = layer instanceof Layer known ? known.kind() : layer.toString();
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected layers of this library, got %s; a network with it can be"
                                    + " made by its code only",
                            kind, layer.getClass().getName()));
        }
        return values;
    }

    private static Object value(String name, Object value) {
        if (value instanceof List<?> list) {
            List<Object> values = new ArrayList<>();
            list.forEach(element -> values.add(value(name, element)));
            return values;
        }
        if (value instanceof Layer || value instanceof Join) {
            return describe(value);
        }
        if (value instanceof Shape shape) {
            return shape.dims();
        }
        if (value instanceof Initializer initializer) {
            return initializer(initializer);
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof Record) {
            Map<String, Object> values = new LinkedHashMap<>();
            RecordValues.components(value)
                    .forEach((part, content) -> values.put(part, value(part, content)));
            return values;
        }
        return value;
    }

    private static String initializer(Initializer initializer) {
        String name = initializer.toString();
        try {
            Initializer.named(name);
            return name;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "weightInit: expected an initializer of this library, got "
                            + name
                            + "; a network with it can be made by its code only",
                    e);
        }
    }

    private static void putConvolution(Map<String, Object> values, Convolution.Settings settings) {
        values.put("channels", settings.channels());
        values.put("kernel", settings.kernel());
        values.put("stride", settings.spec().stride());
        values.put("padding", settings.spec().padding());
        if (settings.outputPadding() != null) {
            values.put("outputPadding", settings.outputPadding());
        }
        values.put("dilation", settings.spec().dilation());
        values.put("groups", settings.spec().groups());
        values.put("bias", settings.bias());
        values.put("weightInit", initializer(settings.weightInit()));
    }

    private static void putPooling(Map<String, Object> values, Pooling<?> pooling) {
        Pooling.Settings settings = pooling.settings;
        values.put("kernel", settings.spec().kernel());
        values.put("stride", settings.spec().stride());
        values.put("padding", settings.spec().padding());
        if (pooling instanceof MaxPooling<?>) {
            values.put("dilation", settings.spec().dilation());
        } else {
            values.put("countIncludePad", settings.countIncludePad());
        }
        values.put("ceilMode", settings.spec().ceilMode());
    }

    private static void putRecurrent(Map<String, Object> values, Recurrent.Settings settings) {
        values.put("cell", settings.spec().cell().name());
        values.put("hidden", settings.spec().hidden());
        values.put("layers", settings.layers());
        values.put("bidirectional", settings.spec().bidirectional());
        values.put("batchFirst", settings.batchFirst());
        values.put("dropout", settings.dropout());
        values.put("stateful", settings.stateful());
    }
}
