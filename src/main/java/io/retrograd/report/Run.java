package io.retrograd.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.retrograd.file.WholeFile;
import io.retrograd.interop.RegularFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a run's folder tells.
 *
 * @param name the folder's
 * @param epochs its history; an epoch that was trained twice counts as it was trained last
 * @param summary of a run that has ended; else missing
 */
record Run(String name, List<EpochPoint> epochs, JsonNode summary, Measured measured) {
    private static final int LONGEST = 256 << 20;

    private static final ObjectMapper MAPPER =
            new ObjectMapper(
                            JsonFactory.builder()
                                    .disable(JsonFactory.Feature.CHARSET_DETECTION)
                                    .build())
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException if the folder has no run
     * @throws IOException if a file cannot be read, or holds something else
     */
    static Run read(Path folder) throws IOException {
        Path history = folder.resolve("history.jsonl");
        Path summary = folder.resolve("summary.json");
        Path measured = folder.resolve(Measured.FILE);
        if (!Files.exists(history) && !Files.exists(summary) && !Files.exists(measured)) {
            throw new IllegalArgumentException(
                    folder + ": expected the folder of a run of train, got one without a history");
        }
        Path last = folder.toAbsolutePath().normalize().getFileName();
        return new Run(
                last == null ? folder.toString() : last.toString(),
                Files.exists(history) ? history(history) : List.of(),
                Files.exists(summary) ? tree(summary, bytes(summary)) : MissingNode.getInstance(),
                Files.exists(measured) ? measured(measured) : Measured.NOTHING);
    }

    /** The lines with an epoch; a last line without a line feed was cut off. */
    private static List<EpochPoint> history(Path file) throws IOException {
        String text = new String(bytes(file), StandardCharsets.UTF_8);
        List<EpochPoint> epochs = new ArrayList<>();
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            JsonNode node = tree(file, line.getBytes(StandardCharsets.UTF_8));
            if (node.has("epoch") && node.has("loss")) {
                EpochPoint epoch = EpochPoint.of(node);
                epochs.removeIf(known -> known.epoch() >= epoch.epoch());
                epochs.add(epoch);
            }
        }
        return epochs;
    }

    /** What was measured. */
    static Measured measured(Path file) throws IOException {
        try {
            return Objects.requireNonNullElse(
                    MAPPER.readValue(bytes(file), Measured.class), Measured.NOTHING);
        } catch (JsonProcessingException e) {
            throw new IOException(
                    file + ": expected what train measured, got " + e.getOriginalMessage(), e);
        }
    }

    static void write(Path folder, Measured measured) throws IOException {
        WholeFile.write(folder.resolve(Measured.FILE), MAPPER.writeValueAsBytes(measured));
    }

    private static JsonNode tree(Path file, byte[] json) throws IOException {
        try {
            return MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": expected JSON, got " + e.getOriginalMessage(), e);
        }
    }

    private static byte[] bytes(Path file) throws IOException {
        try (RegularFile open = RegularFile.open(file)) {
            return open.readAll(LONGEST);
        }
    }
}
