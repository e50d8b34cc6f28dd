package io.retrograd.interop;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.file.WholeFile;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Networks as JSON: each layer an object with its kind as {@code type}, and its settings by name.
 * From it a network of this library's layers is made again without the code that made it first.
 *
 * <pre>
 *   {"format": "retrograd network 1",
 *    "network": {"type": "Sequential", "layers": [{"type": "Flatten"}, ...]}}
 * </pre>
 */
public final class NetworkJson {
    private static final String FORMAT = "retrograd network 1";
    private static final int LONGEST = 16 << 20;
    private static final TypeReference<Map<String, Object>> VALUES = new TypeReference<>() {};

    private static final ObjectMapper MAPPER =
            new ObjectMapper(
                            JsonFactory.builder()
                                    .disable(JsonFactory.Feature.CHARSET_DETECTION)
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private NetworkJson() {}

    /**
     * Writes a network, in one move.
     *
     * @throws IllegalArgumentException if a layer is not of this library, or the user's own code:
     *     such a network cannot be made from a file
     * @throws IOException if the file cannot be written
     */
    public static void write(Path path, Layer network) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("format", FORMAT);
        json.put("network", LayerValues.of(network));
        WholeFile.write(path, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
    }

    /**
     * Makes the network that a file describes.
     *
     * @throws FormatException if it describes none
     * @throws IOException if it cannot be read
     */
    public static Layer read(Path path) throws IOException {
        Map<String, Object> json;
        try (RegularFile file = RegularFile.open(path)) {
            json = MAPPER.readValue(file.readAll(LONGEST), VALUES);
        } catch (JsonProcessingException e) {
            throw new FormatException(
                    path, 0, "expected a network as JSON, got " + e.getOriginalMessage());
        }
        if (json == null || !FORMAT.equals(json.get("format"))) {
            throw new FormatException(
                    path, 0, "expected an object with the format \"" + FORMAT + "\"");
        }
        try {
            if (json.get("network") instanceof Map<?, ?> values) {
                Map<String, Object> named = new LinkedHashMap<>();
                values.forEach((name, value) -> named.put(String.valueOf(name), value));
                return LayerValues.layer(named);
            }
            throw new IllegalArgumentException("expected a network, got " + json.get("network"));
        } catch (IllegalArgumentException | ArithmeticException | NullPointerException e) {
            FormatException wrong = new FormatException(path, 0, String.valueOf(e.getMessage()));
            wrong.initCause(e);
            throw wrong;
        }
    }
}
