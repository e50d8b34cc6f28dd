package io.retrograd.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.data.TrainTest;
import io.retrograd.task.Task;
import io.retrograd.train.DataDigest;
import io.retrograd.train.Dataset;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run was started with: {@code run.json}, written before its first step.
 *
 * @param file where it was read
 * @param json its content
 */
record RunRecord(Path file, JsonNode json) {
    static final String FORMAT = "retrograd run 1";

    /**
     * Reads one.
     *
     * @throws IOException if it cannot be read, or is none
     */
    static RunRecord read(Path file) throws IOException {
        RunRecord record = new RunRecord(file, Json.read(file));
        String format = record.text("format");
        if (!format.equals(FORMAT)) {
            throw new IOException(
                    file + ": expected format \"" + FORMAT + "\", got \"" + format + "\"");
        }
        return record;
    }

    /** The record of a run that begins. */
    static Map<String, Object> of(
            TrainCommand command, Recipe recipe, String network, TrainTest parts, Model model) {
        Map<String, Object> record = start(command);
        putData(record, command, parts);
        putSettings(record, command, recipe, network);
        putDevice(record, command.device, model);
        return record;
    }

    /** The record of a task's run that begins. */
    static Map<String, Object> of(
            TrainCommand command, Task task, Task.Settings settings, Dataset data, Model model) {
        Map<String, Object> record = start(command);
        record.put("dataset", task.name());
        record.put("split", "drawn");
        record.put("train_images", data.size());
        record.put("sample", task.sampleShape().dims());
        record.put("train_sha256", DataDigest.of(data));
        record.put("model", task.model());
        record.put("seed", command.options.seed);
        record.put("epochs", settings.epochs());
        record.put("batch", settings.batch());
        record.put("learning_rate", settings.learningRate());
        record.put("loss", task.loss().toString());
        putDevice(record, command.device, model);
        return record;
    }

    private static Map<String, Object> start(TrainCommand command) {
        Map<String, Object> record = new LinkedHashMap<>();
        record.put("format", FORMAT);
        record.put("command", command.arguments());
        record.put("directory", Path.of("").toAbsolutePath().toString());
        record.put("started", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        record.put("versions", versions());
        return record;
    }

    private static Map<String, String> versions() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("retrograd", new Main.Version().getVersion()[0]);
        versions.put("java", Runtime.version().toString());
        versions.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        return versions;
    }

    private static void putData(Map<String, Object> record, TrainCommand command, TrainTest parts) {
        record.put("dataset", command.data.name);
        record.put("split", command.data.splitName());
        record.put("train_images", parts.train().size());
        record.put("test_images", parts.test().size());
        record.put("sample", parts.train().sampleShape().dims());
        record.put("classes", parts.train().classes());
        record.put("train_sha256", DataDigest.of(parts.train()));
        record.put("test_sha256", DataDigest.of(parts.test()));
    }

    private static void putSettings(
            Map<String, Object> record, TrainCommand command, Recipe recipe, String network) {
        TrainingOptions options = command.options;
        record.put("model", network);
        record.put("seed", options.seed);
        record.put("epochs", options.epochs(recipe));
        record.put("batch", options.batch(recipe));
        record.put("optimizer", options.optimizer(recipe).toString());
        record.put("loss", options.loss(recipe).toString());
    }

    private static void putDevice(Map<String, Object> record, DeviceOptions device, Model model) {
        record.put("device", device.name());
        record.put("backend", model.parameters().backend().name());
        record.put("device_description", device.describe());
        record.put("precision", device.precision());
        record.put("threads", device.threads());
        record.put("deterministic", device.deterministic);
    }

    /**
     * A text.
     *
     * @throws IOException if there is none
     */
    String text(String key) throws IOException {
        if (!json.path(key).isTextual()) {
            throw new IOException(file + ": expected \"" + key + "\", got none; train writes it");
        }
        return json.path(key).asText();
    }

    /** The arguments that the run was started with. */
    List<String> command() throws IOException {
        List<String> arguments = new ArrayList<>();
        for (JsonNode argument : json.path("command")) {
            if (!argument.isTextual()) {
                throw new IOException(file + ": expected \"command\" as texts, got " + argument);
            }
            arguments.add(argument.asText());
        }
        if (arguments.isEmpty()) {
            throw new IOException(file + ": expected \"command\", got none; train writes it");
        }
        return arguments;
    }

    /** The folder that paths on its command line begin in. */
    Path directory() throws IOException {
        return Paths.of(file + ": directory: ", text("directory"));
    }

    /**
     * Refuses other data than the run's.
     *
     * @throws IOException that says which part is another
     */
    void checkData(TrainTest parts) throws IOException {
        check("train_sha256", DataDigest.of(parts.train()));
        check("test_sha256", DataDigest.of(parts.test()));
    }

    /**
     * Refuses other training data than the run's.
     *
     * @throws IOException that says so
     */
    void checkData(Dataset training) throws IOException {
        check("train_sha256", DataDigest.of(training));
    }

    private void check(String key, String digest) throws IOException {
        if (!text(key).equals(digest)) {
            throw new IOException(
                    String.format(
                            "%s: expected the data that the run began with (%s %s), got others"
                                    + " (%s); name them with --data PATH",
                            file, key, text(key), digest));
        }
    }
}
