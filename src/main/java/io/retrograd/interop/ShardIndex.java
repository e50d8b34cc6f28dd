package io.retrograd.interop;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The index of a model whose tensors are in several files, its shards: {@code
 * model.safetensors.index.json}.
 *
 * <pre>{@code
 * {"metadata": {"total_size": 32},
 *  "weight_map": {"0.weight": "model-00001-of-00002.safetensors",
 *                 "0.bias": "model-00002-of-00002.safetensors"}}
 * }</pre>
 *
 * <p>Shards lie in the index's folder. Each tensor that it lists is in the shard that it says, and
 * each tensor of a shard is listed. The total size is not read: programs count it in several ways.
 *
 * <p>Source: Hugging Face's {@code huggingface_hub/serialization}.
 *
 * @param shards the file names of tensors, by their names
 */
record ShardIndex(Path path, Map<String, String> shards) {
    static final String WEIGHT_MAP = "weight_map";
    static final String MODEL = "model.safetensors";
    static final String END = ".index.json";

    /** What a model's folder may hold, the first that is there counts. */
    private static final List<String> NAMES =
            List.of(MODEL + END, MODEL, "pytorch_model.bin" + END, "pytorch_model.bin");

    /** A name alone, without a folder. */
    private static final Pattern FILE = Pattern.compile("[^/\\\\:\\p{Cntrl}]{1,255}");

    private static final Set<String> FOLDERS = Set.of(".", "..");

    ShardIndex {
        shards = Collections.unmodifiableMap(new LinkedHashMap<>(shards));
    }

    /**
     * The file that a path leads to: itself, or the model's in a folder.
     *
     * @throws FormatException for a folder without any
     */
    static Path locate(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return path;
        }
        for (String name : NAMES) {
            if (Files.exists(path.resolve(name))) {
                return path.resolve(name);
            }
        }
        throw new FormatException(
                path,
                0,
                "expected a file, or a folder with " + NAMES + ", got a directory without");
    }

    /** Whether a file's name is an index's. */
    static boolean is(Path file) {
        return String.valueOf(file.getFileName()).endsWith(".json");
    }

    /**
     * Reads an index.
     *
     * @throws FormatException if it is damaged, or names files outside its folder
     */
    static ShardIndex read(Path path) throws IOException {
        byte[] text;
        try (RegularFile file = RegularFile.open(path)) {
            text = file.readAll(Safetensors.MAX_HEADER);
        }
        try (JsonParser json = SafetensorsHeader.JSON.createParser(text)) {
            try {
                return new ShardIndex(path, new Reader(path, json).read());
            } catch (JsonProcessingException e) {
                throw error(path, json, "expected a JSON index, got: " + e.getOriginalMessage());
            }
        }
    }

    /** Reads an index's JSON, token by token. */
    private record Reader(Path path, JsonParser json) {
        Map<String, String> read() throws IOException {
            expect(JsonToken.START_OBJECT, "an object", json.nextToken());
            Map<String, String> shards = null;
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String field = json.currentName();
                JsonToken value = json.nextToken();
                if (field.equals(WEIGHT_MAP)) {
                    expect(JsonToken.START_OBJECT, "an object as weight_map", value);
                    shards = weightMap();
                } else {
                    json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                throw error(path, json, "expected the end of the index after its object");
            }
            if (shards == null || shards.isEmpty()) {
                throw error(path, json, "expected a weight_map with tensors, got none");
            }
            return shards;
        }

        private Map<String, String> weightMap() throws IOException {
            Map<String, String> shards = new LinkedHashMap<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                String quoted = Safetensors.quote(name);
                expect(JsonToken.VALUE_STRING, "a file for " + quoted, json.nextToken());
                String file = json.getText();
                if (!FILE.matcher(file).matches() || FOLDERS.contains(file)) {
                    throw error(
                            path,
                            json,
                            String.format(
                                    "tensor %s: expected the name of a file in the index's folder,"
                                            + " got %s",
                                    quoted, Safetensors.quote(file)));
                }
                shards.put(name, file);
            }
            return shards;
        }

        private void expect(JsonToken wanted, String what, @Nullable JsonToken got)
                throws FormatException {
            if (got != wanted) {
                throw error(path, json, "expected " + what + ", got " + got);
            }
        }
    }

    private static FormatException error(Path path, JsonParser json, String problem) {
        return new FormatException(
                path, Math.max(0, json.currentLocation().getByteOffset()), problem);
    }

    /** The shards' files, each once. */
    Set<Path> files() throws IOException {
        Set<Path> files = new LinkedHashSet<>();
        for (String name : shards.values()) {
            try {
                files.add(path.resolveSibling(name));
            } catch (InvalidPathException e) {
                throw new FormatException(
                        path, 0, "expected the name of a file, got " + Safetensors.quote(name));
            }
        }
        return files;
    }

    /** Reads all shards. */
    SafetensorsFile readAll() throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        Map<String, SafeTensor> tensors = new LinkedHashMap<>();
        for (Path file : files()) {
            SafetensorsFile shard = Safetensors.read(file, Long.MAX_VALUE);
            check(file, shard.tensors().keySet());
            metadata.putAll(shard.metadata());
            tensors.putAll(shard.tensors());
        }
        return new SafetensorsFile(metadata, tensors);
    }

    /** Maps all shards. */
    Map<String, MappedTensor> mapAll() throws IOException {
        Map<String, MappedTensor> tensors = new LinkedHashMap<>();
        for (Path file : files()) {
            Map<String, MappedTensor> shard = Safetensors.mapFile(file);
            check(file, shard.keySet());
            tensors.putAll(shard);
        }
        return tensors;
    }

    /**
     * Checks that a shard has the tensors that are listed as its own, and no other.
     *
     * @throws FormatException if it has not
     */
    void check(Path file, Set<String> names) throws FormatException {
        String shard = Objects.requireNonNull(file.getFileName(), "a shard has a name").toString();
        for (String name : names) {
            if (!shard.equals(shards.get(name))) {
                throw wrong(shard, "expected only tensors of the weight_map, got", name);
            }
        }
        for (Map.Entry<String, String> listed : shards.entrySet()) {
            if (listed.getValue().equals(shard) && !names.contains(listed.getKey())) {
                throw wrong(
                        shard,
                        "expected all tensors that the weight_map says it has, got none named",
                        listed.getKey());
            }
        }
    }

    private FormatException wrong(String shard, String expected, String name) {
        return new FormatException(
                path,
                0,
                String.format(
                        "shard %s: %s %s",
                        Safetensors.quote(shard), expected, Safetensors.quote(name)));
    }
}
