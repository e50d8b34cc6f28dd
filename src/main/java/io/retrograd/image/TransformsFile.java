package io.retrograd.image;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.retrograd.file.WholeFile;
import io.retrograd.interop.RegularFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Transforms as JSON: an object with the channels and the steps, each named. */
final class TransformsFile {
    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .visibility(PropertyAccessor.ALL, JsonAutoDetect.Visibility.NONE)
                    .visibility(PropertyAccessor.FIELD, JsonAutoDetect.Visibility.ANY)
                    .visibility(PropertyAccessor.CREATOR, JsonAutoDetect.Visibility.ANY)
                    .build();

    /** The longest file that is read, in bytes. */
    private static final int LONGEST = 1 << 20;

    private TransformsFile() {}

    static void save(Transforms transforms, Path file) throws IOException {
        WholeFile.write(file, text(transforms));
    }

    static String line(Transforms transforms) throws IOException {
        return MAPPER.writeValueAsString(transforms);
    }

    private static String text(Transforms transforms) throws IOException {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(transforms) + "\n";
    }

    static Transforms load(Path file) throws IOException {
        byte[] bytes;
        try (RegularFile open = RegularFile.open(file)) {
            bytes = open.readAll(LONGEST);
        }
        return parse(file.toString(), new String(bytes, StandardCharsets.UTF_8));
    }

    static Transforms parse(String source, String json) throws IOException {
        try {
            return MAPPER.readValue(json, Transforms.class);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    String.format(
                            "%s: expected transforms, got %s", source, e.getOriginalMessage()),
                    e);
        }
    }
}
