package io.retrograd.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.retrograd.file.WholeFile;
import io.retrograd.tensor.DType;
import io.retrograd.train.TrainingProgress;
import io.retrograd.train.TrainingState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** One checkpoint: a file of tensors and, written behind it, one of JSON. */
record CheckpointFile(Path folder, int number) {
    private static final String FORMAT = "retrograd checkpoint 1";
    private static final String DIGEST = "sha256";
    private static final int BUFFER = 1 << 16;
    private static final int LONGEST_JSON = 1 << 28;

    Path json() {
        return folder.resolve(name() + ".json");
    }

    Path tensors() {
        return folder.resolve(name() + ".safetensors");
    }

    private String name() {
        return String.format(Locale.ROOT, "checkpoint-%06d", number);
    }

    /** The running version of the library. */
    private static String version() {
        String version = CheckpointFile.class.getPackage().getImplementationVersion();
        return version == null ? "(from classes)" : version;
    }

    /** Writes the tensors, then the JSON. */
    void write(TrainingState state) throws IOException {
        Map<String, SafeTensor> copies = new LinkedHashMap<>();
        state.tensors().forEach((name, values) -> copies.put(name, tensor(values)));
        Safetensors.write(tensors(), new SafetensorsFile(Map.of(), copies));
        JsonNode progress = CheckpointJson.tree(state.progress());
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", FORMAT);
        json.put("retrograd", version());
        json.put("where", state.progress().where());
        json.put("tensors_sha256", digest(tensors()));
        json.set("progress", progress);
        json.put(DIGEST, digest(json));
        WholeFile.write(json(), CheckpointJson.write(json));
    }

    private static SafeTensor tensor(TrainingState.Values values) {
        ElementKind kind = values.dtype() == DType.FLOAT64 ? ElementKind.F64 : ElementKind.F32;
        return SafeTensor.floats(
                kind,
                values.shape().dims().stream().map(Integer::longValue).toList(),
                values.elements());
    }

    /**
     * Reads the JSON, and checks that it is what was written.
     *
     * @throws FormatException if it is not
     * @throws IOException if it cannot be read
     */
    JsonNode readJson() throws IOException {
        byte[] text;
        try (RegularFile file = RegularFile.open(json())) {
            text = file.readAll(LONGEST_JSON);
        }
        JsonNode json;
        try {
            json = CheckpointJson.read(text);
        } catch (IOException e) {
            throw damaged(json(), e);
        }
        if (!(json instanceof ObjectNode object)) {
            throw new FormatException(json(), 0, "expected a JSON object, got none");
        }
        ObjectNode digested = object.deepCopy();
        digested.remove(DIGEST);
        expect(json(), DIGEST, json, digest(digested));
        if (ours(json) && !Arrays.equals(text, CheckpointJson.write(json))) {
            // As 0.12345678901234568 with another last digit, which is the same number.
            throw new FormatException(json(), 0, "expected the bytes that were written");
        }
        return json;
    }

    /**
     * Refuses a checkpoint of another version.
     *
     * @throws IOException that says which
     */
    void checkVersion(JsonNode json) throws IOException {
        if (!ours(json)) {
            throw new IOException(
                    String.format(
                            "%s: expected a %s of version %s, got \"%s\" of \"%s\"; resume it with"
                                    + " the version that wrote it",
                            json(),
                            FORMAT,
                            version(),
                            json.path("format").asText(),
                            json.path("retrograd").asText()));
        }
    }

    private static boolean ours(JsonNode json) {
        return json.path("format").asText().equals(FORMAT)
                && json.path("retrograd").asText().equals(version());
    }

    /**
     * Reads the state.
     *
     * @throws FormatException if anything in it is damaged
     * @throws IOException if it cannot be read
     */
    TrainingState read(JsonNode json) throws IOException {
        JsonNode tree = json.path("progress");
        if (!Files.exists(tensors())) {
            throw new FormatException(
                    tensors(), 0, "expected the checkpoint's tensors, got no file");
        }
        expect(tensors(), "tensors_sha256", json, digest(tensors()));
        TrainingProgress progress;
        try {
            progress = CheckpointJson.progress(tree);
        } catch (IOException e) {
            throw damaged(json(), e);
        }
        Map<String, TrainingState.Values> values = new LinkedHashMap<>();
        for (Map.Entry<String, SafeTensor> entry :
                Safetensors.read(tensors()).tensors().entrySet()) {
            values.put(entry.getKey(), values(entry.getKey(), entry.getValue()));
        }
        return new TrainingState(progress, values);
    }

    private TrainingState.Values values(String name, SafeTensor tensor) throws IOException {
        return switch (tensor.kind()) {
            case F64 -> TrainingState.Values.of(tensor.shape(), DType.FLOAT64, tensor.doubles());
            case F32 -> TrainingState.Values.of(tensor.shape(), DType.FLOAT32, tensor.doubles());
            default ->
                    throw new FormatException(
                            tensors(), 0, name + ": expected F64 or F32, got " + tensor.kind());
        };
    }

    private static void expect(Path file, String key, JsonNode json, String digest)
            throws FormatException {
        if (!json.path(key).asText().equals(digest)) {
            throw new FormatException(
                    file,
                    0,
                    String.format(
                            "expected a file with the SHA-256 %s, got %s",
                            json.path(key).asText(), digest));
        }
    }

    private static FormatException damaged(Path file, IOException e) {
        String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        FormatException damaged = new FormatException(file, 0, "expected a checkpoint, got " + why);
        damaged.initCause(e);
        return damaged;
    }

    static String digest(JsonNode tree) throws IOException {
        return HexFormat.of().formatHex(sha256().digest(CheckpointJson.write(tree)));
    }

    private static String digest(Path path) throws IOException {
        MessageDigest digest = sha256();
        try (RegularFile file = RegularFile.open(path)) {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
            for (long at = 0; at < file.size(); at += buffer.limit()) {
                buffer.clear().limit((int) Math.min(BUFFER, file.size() - at));
                file.read(at, buffer);
                digest.update(buffer.flip());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
