package io.retrograd.interop;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks the JSON header of a safetensors file, token by token: a header is never held as
 * a tree, so its memory is a small multiple of its bytes.
 */
final class SafetensorsHeader {
    static final String METADATA = "__metadata__";

    /** Bytes before the header: its length. */
    static final int PREFIX = 8;

    /** The characters that JSON allows before a value. */
    private static final String WHITE_SPACE = " \t\r\n";

    private static final int MAX_DEPTH = 127;
    private static final int MAX_RANK = 64;

    /** Bounded and strict: what is read is a stranger's. */
    static final JsonFactory JSON =
            JsonFactory.builder()
                    .disable(JsonFactory.Feature.CHARSET_DETECTION)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxNumberLength(20)
                                    .maxStringLength(Safetensors.MAX_HEADER)
                                    .build())
                    .build();

    private final Path file;
    private final JsonParser json;
    private final long data;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final List<Entry> entries = new ArrayList<>();

    /**
     * One tensor.
     *
     * @param at offset in the file where the header speaks of it
     * @param begin the first byte of its data, counted from the end of the header
     * @param end the end of its data
     */
    record Entry(String name, ElementKind kind, List<Long> dims, long at, long begin, long end) {}

    private SafetensorsHeader(Path file, JsonParser json, long data) {
        this.file = file;
        this.json = json;
        this.data = data;
    }

    /**
     * Parses a header.
     *
     * @param text the header's bytes
     * @param dataBytes bytes in the file after the header
     * @throws FormatException if anything in it does not fit
     */
    static SafetensorsHeader parse(Path file, byte[] text, long dataBytes) throws IOException {
        if (!startsWithObject(text)) {
            throw new FormatException(file, PREFIX, "expected a JSON header that starts with {");
        }
        try (JsonParser json = JSON.createParser(text)) {
            SafetensorsHeader header =
                    new SafetensorsHeader(file, json, (long) PREFIX + text.length);
            try {
                header.read();
            } catch (JsonProcessingException e) {
                throw header.error("expected a JSON header, got: " + e.getOriginalMessage());
            }
            header.checkData(dataBytes);
            return header;
        }
    }

    private static boolean startsWithObject(byte[] text) {
        int at = 0;
        while (at < text.length && WHITE_SPACE.indexOf(text[at]) >= 0) {
            at++;
        }
        return at < text.length && text[at] == '{';
    }

    Map<String, String> metadata() {
        return metadata;
    }

    /** The first byte behind the header. */
    long data() {
        return data;
    }

    /** All tensors in the order of their data, which they cover without holes. */
    List<Entry> entries() {
        return entries;
    }

    private void read() throws IOException {
        expect(JsonToken.START_OBJECT, "an object", json.nextToken());
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (name.equals(METADATA) && value == JsonToken.VALUE_NULL) {
                continue;
            }
            expect(JsonToken.START_OBJECT, "an object for " + quote(name), value);
            if (name.equals(METADATA)) {
                readMetadata();
            } else {
                entries.add(readEntry(name));
            }
        }
        if (json.nextToken() != null) {
            throw error("expected the end of the header after its object");
        }
    }

    private void readMetadata() throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String key = json.currentName();
            expect(JsonToken.VALUE_STRING, "a text for metadata " + quote(key), json.nextToken());
            metadata.put(key, json.getText());
        }
    }

    private Entry readEntry(String name) throws IOException {
        long at = offset();
        ElementKind kind = null;
        List<Long> dims = null;
        List<Long> offsets = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "dtype" -> kind = kind(name);
                case "shape" -> dims = numbers(name, field);
                case "data_offsets" -> offsets = numbers(name, field);
                default -> json.skipChildren();
            }
        }
        List<Long> sizes = sizes(name, require(name, "shape", dims));
        List<Long> range = require(name, "data_offsets", offsets);
        if (range.size() != 2) {
            throw error(
                    String.format(
                            "tensor %s: expected data_offsets [begin, end], got %s",
                            quote(name), range));
        }
        ElementKind known = require(name, "dtype", kind);
        return new Entry(name, known, sizes, at, range.get(0), range.get(1));
    }

    private ElementKind kind(String name) throws IOException {
        expect(JsonToken.VALUE_STRING, "a text as dtype of " + quote(name), json.currentToken());
        String text = json.getText();
        for (ElementKind kind : ElementKind.values()) {
            if (kind.name().equals(text)) {
                return kind;
            }
        }
        throw error(
                String.format(
                        "tensor %s: expected a dtype among %s, got %s",
                        quote(name), Arrays.toString(ElementKind.values()), quote(text)));
    }

    private List<Long> numbers(String name, String field) throws IOException {
        String what = "a list as " + field + " of " + quote(name);
        expect(JsonToken.START_ARRAY, what, json.currentToken());
        List<Long> numbers = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(JsonToken.VALUE_NUMBER_INT, "an integer in " + field, json.currentToken());
            long value = json.getLongValue();
            if (value < 0 || numbers.size() == MAX_RANK) {
                throw error(
                        String.format(
                                "tensor %s: expected at most %d numbers of at least 0 as %s",
                                quote(name), MAX_RANK, field));
            }
            numbers.add(value);
        }
        return numbers;
    }

    private List<Long> sizes(String name, List<Long> dims) throws IOException {
        try {
            SafeTensor.size(dims);
            return dims;
        } catch (ArithmeticException e) {
            throw error(
                    String.format("tensor %s: too many elements in shape %s", quote(name), dims));
        }
    }

    /** Sorts the tensors by place and checks that they tile the data: no overlap, no hole. */
    private void checkData(long dataBytes) throws IOException {
        for (Entry entry : entries) {
            checkRange(entry, dataBytes);
        }
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        long covered = 0;
        for (Entry entry : entries) {
            if (entry.begin() != covered) {
                String problem =
                        entry.begin() < covered ? "that no other tensor has" : "without a hole";
                throw new FormatException(
                        file,
                        entry.at(),
                        String.format(
                                "tensor %s: expected data from byte %d on, %s, got %d",
                                quote(entry.name()), covered, problem, entry.begin()));
            }
            covered = entry.end();
        }
        if (covered != dataBytes) {
            throw new FormatException(
                    file,
                    PREFIX,
                    String.format(
                            "expected %d bytes of data after the header, got %d",
                            covered, dataBytes));
        }
    }

    private void checkRange(Entry entry, long dataBytes) throws FormatException {
        long length = entry.end() - entry.begin();
        long size = SafeTensor.size(entry.dims());
        boolean fits = size <= Long.MAX_VALUE / entry.kind().bytes();
        if (!fits || length != size * entry.kind().bytes()) {
            throw new FormatException(
                    file,
                    entry.at(),
                    String.format(
                            "tensor %s: expected data_offsets that span %s elements of %s, got [%d,"
                                    + " %d]",
                            quote(entry.name()),
                            entry.dims(),
                            entry.kind(),
                            entry.begin(),
                            entry.end()));
        }
        if (entry.end() > dataBytes) {
            throw new FormatException(
                    file,
                    entry.at(),
                    String.format(
                            "tensor %s: expected data within the file's %d bytes, got [%d, %d]",
                            quote(entry.name()), dataBytes, entry.begin(), entry.end()));
        }
    }

    private <T> T require(String name, String field, @Nullable T value) throws FormatException {
        if (value == null) {
            throw error(String.format("tensor %s: expected a %s, got none", quote(name), field));
        }
        return value;
    }

    private void expect(JsonToken wanted, String what, @Nullable JsonToken got)
            throws FormatException {
        if (got != wanted) {
            throw error("expected " + what + ", got " + got);
        }
    }

    private FormatException error(String problem) {
        return new FormatException(file, offset(), problem);
    }

    private long offset() {
        return PREFIX + Math.max(0, json.currentLocation().getByteOffset());
    }

    private static String quote(String name) {
        return Safetensors.quote(name);
    }
}
