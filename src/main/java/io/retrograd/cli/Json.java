package io.retrograd.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.interop.RegularFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON in one line, for programs that read what a command prints. */
final class Json {
    private static final ObjectMapper MAPPER =
            new ObjectMapper(
                    JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build());

    /** The longest file that is read, in bytes. */
    private static final int LONGEST = 16 << 20;

    private Json() {}

    /**
     * Reads a file of one object.
     *
     * @throws IOException if it cannot be read, or is no JSON
     */
    static JsonNode read(Path file) throws IOException {
        try (RegularFile open = RegularFile.open(file)) {
            return MAPPER.readTree(open.readAll(LONGEST));
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": expected JSON, got " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Reads a text.
     *
     * @param source where it is from, for the error
     * @throws IOException if it is no JSON
     */
    static JsonNode parse(String source, String json) throws IOException {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IOException(source + ": expected JSON, got " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Reads a file of one record.
     *
     * @throws IOException if it cannot be read, or is something else
     */
    static <T> T read(Path file, Class<T> kind) throws IOException {
        JsonNode tree = read(file);
        try {
            return MAPPER.reader()
                    .with(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .with(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .treeToValue(tree, kind);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new IOException(
                    file + ": expected a " + kind.getSimpleName() + ", got " + why, e);
        }
    }

    /**
     * The lines of a text file in UTF-8; none where it ends without a line feed.
     *
     * @throws IOException if it cannot be read
     */
    static List<String> lines(Path file) throws IOException {
        try (RegularFile open = RegularFile.open(file)) {
            String text = new String(open.readAll(RegularFile.MOST), StandardCharsets.UTF_8);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        }
    }

    /** The object that a line is; null if it is none. */
    static @Nullable JsonNode lineOrNull(String line) {
        try {
            JsonNode node = MAPPER.readTree(line);
            return node.isObject() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** Maps, lists, records, numbers and strings as one line. */
    static String line(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
