package io.retrograd.parity;

import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerValues;
import io.retrograd.operation.ActivationSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A layer as cases name it: what {@link SingleLayers} makes the layer of.
 *
 * @param op as in {@code conv2d}; {@code layer} for a layer that PyTorch has no function for
 * @param attributes by name, as JSON
 */
record CaseForm(String op, Map<String, Object> attributes) {
    /** The operation of a layer that is described by its own values. */
    static final String LAYER = "layer";

    /** Ours, theirs. */
    private static final Map<String, String> NAMES =
            Map.of(
                    "kernel", "kernel_size",
                    "ceilMode", "ceil_mode",
                    "countIncludePad", "count_include_pad",
                    "outputPadding", "output_padding",
                    "normalized", "normalized_shape",
                    "factor", "upscale_factor",
                    "output", "output_size",
                    "slope", "negative_slope",
                    "paddingIndex", "padding_idx");

    /** Functions without a parameter. */
    private static final Set<String> FUNCTIONS =
            Arrays.stream(ActivationSpec.Kind.values())
                    .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.toSet());

    /** Told by the weight's shape. */
    private static final List<String> OF_CONVOLUTIONS =
            List.of("channels", "kernel", "bias", "weightInit");

    /** The form of a layer that is bound to train or to infer. */
    static CaseForm of(Layer layer, boolean training) {
        Map<String, Object> values = LayerValues.of(layer);
        String type = String.valueOf(values.get("type"));
        Map<String, Object> rest = new LinkedHashMap<>(values);
        rest.remove("type");
        if (type.matches("Conv(Transpose)?[123]d")) {
            OF_CONVOLUTIONS.forEach(rest::remove);
            return new CaseForm(snake(type), named(rest));
        }
        if (type.matches("(Adaptive)?(Avg|Max)Pool[123]d")) {
            return new CaseForm(snake(type), named(rest));
        }
        return switch (type) {
            case "BatchNorm" -> {
                rest.put("training", training);
                yield new CaseForm("batch_norm", rest);
            }
            case "GroupNorm" -> {
                rest.put("num_groups", rest.remove("groups"));
                yield new CaseForm("group_norm", rest);
            }
            case "Linear", "Prelu" -> new CaseForm(snake(type), Map.of());
            case "Embedding" -> {
                boolean padded = !Integer.valueOf(-1).equals(rest.get("paddingIndex"));
                rest.keySet().retainAll(padded ? List.of("paddingIndex") : List.of());
                yield new CaseForm("embedding", named(rest));
            }
            case "LayerNorm",
                    "RmsNorm",
                    "InstanceNorm",
                    "LocalResponseNorm",
                    "Softmax",
                    "LogSoftmax",
                    "Glu",
                    "PixelShuffle",
                    "Narrow",
                    "Elu",
                    "Celu",
                    "LeakyRelu" ->
                    new CaseForm(snake(type), named(rest));
            case "Gelu" -> {
                String approximate = String.valueOf(rest.get("approximate"));
                yield new CaseForm(
                        "gelu", Map.of("approximate", approximate.toLowerCase(Locale.ROOT)));
            }
            default ->
                    rest.isEmpty() && FUNCTIONS.contains(snake(type))
                            ? new CaseForm(snake(type), rest)
                            : new CaseForm(LAYER, Map.of("layer", values, "training", training));
        };
    }

    private static Map<String, Object> named(Map<String, Object> values) {
        Map<String, Object> named = new LinkedHashMap<>();
        values.forEach((name, value) -> named.put(NAMES.getOrDefault(name, name), value));
        return named;
    }

    /** {@code ConvTranspose2d} as {@code conv_transpose2d}. */
    private static String snake(String type) {
        return type.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
    }
}
