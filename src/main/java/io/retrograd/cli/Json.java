package io.retrograd.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.retrograd.interop.RegularFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

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

    /** Maps, lists, records, numbers and strings as one line. */
    static String line(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
