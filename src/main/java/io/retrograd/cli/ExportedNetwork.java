package io.retrograd.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.backend.Backend;
import io.retrograd.data.Standardization;
import io.retrograd.data.Vocabulary;
import io.retrograd.image.Transforms;
import io.retrograd.interop.Checkpoint;
import io.retrograd.interop.NetworkJson;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Network;
import io.retrograd.model.Models;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network that is to be exported, with what a program must know that runs it.
 *
 * @param sample the shape of a sample
 * @param weights loads them
 * @param metadata by key
 */
record ExportedNetwork(
        Layer network, Shape sample, WeightLoader weights, Map<String, String> metadata) {
    ExportedNetwork {
        metadata = Map.copyOf(metadata);
    }

    /**
     * That of a run, with the weights that it has by now.
     *
     * @throws IllegalArgumentException if the folder holds no run
     */
    static ExportedNetwork ofRun(Path folder) throws IOException {
        RunDirectory directory = new RunDirectory(folder);
        if (!Files.isRegularFile(directory.record())) {
            throw new IllegalArgumentException(
                    String.format(
                            "RUN: expected the folder of a run of train, got %s; or name a network"
                                    + " with --model, --classes and --weights",
                            folder));
        }
        RunRecord record = RunRecord.read(directory.record());
        Layer network = NetworkJson.read(directory.network());
        Shape sample = sample(record);
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("model", record.text("model"));
        metadata.put("dataset", record.text("dataset"));
        List<String> labels =
                Trained.labels(folder.resolve("labels.txt"), record.json().path("classes").asInt());
        if (!labels.isEmpty()) {
            metadata.put("classes", Json.line(labels));
        }
        putPreprocessing(metadata, directory, record, network, sample);
        return new ExportedNetwork(
                network,
                sample,
                model -> {
                    loadRun(directory.model(), model);
                    return record.text("model") + " of " + folder;
                },
                metadata);
    }

    private static void loadRun(Path file, Model model) throws IOException {
        try {
            Checkpoint.load(file, model.parameters());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage() + "; is it the network of this run?", e);
        }
    }

    private static Shape sample(RunRecord record) throws IOException {
        JsonNode sizes = record.json().path("sample");
        try {
            int[] dims = new int[sizes.size()];
            for (int i = 0; i < dims.length; i++) {
                dims[i] = sizes.get(i).asInt();
            }
            return Shape.of(dims);
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    String.format("%s: expected \"sample\", a shape, got %s", record.file(), sizes),
                    e);
        }
    }

    private static void putPreprocessing(
            Map<String, String> metadata,
            RunDirectory directory,
            RunRecord record,
            Layer network,
            Shape sample)
            throws IOException {
        Path saved = directory.folder().resolve("transforms.json");
        @Nullable Standardization table = directory.readTable();
        if (table != null) {
            metadata.put("table", Json.line(table));
        } else if (tokens(network)) {
            Path vocabulary = directory.folder().resolve("vocabulary.txt");
            if (Files.exists(vocabulary)) {
                metadata.put("vocabulary", vocabulary(Vocabulary.load(vocabulary)));
            }
        } else {
            putTransforms(
                    metadata,
                    Files.exists(saved)
                            ? Transforms.load(saved)
                            : Trained.transforms(record.text("model"), sample));
        }
    }

    private static String vocabulary(Vocabulary vocabulary) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("unit", vocabulary.unit());
        json.put("padding", Vocabulary.PADDING);
        json.put("unknown", Vocabulary.UNKNOWN);
        json.put("first", Vocabulary.FIRST);
        json.put("tokens", vocabulary.tokens());
        return Json.line(json);
    }

    private static boolean tokens(Layer network) {
        Network named = Network.of(network);
        return named.inputs().stream().anyMatch(input -> named.tokenIds(input) != null);
    }

    private static void putTransforms(Map<String, String> metadata, Transforms transforms)
            throws IOException {
        if (!transforms.steps().isEmpty()) {
            metadata.put("transforms", transforms.fixed().json());
        }
    }

    /** A ready-made network with weights of a file, for samples of its usual size. */
    static ExportedNetwork of(String model, Trained trained) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("model", model);
        putTransforms(metadata, trained.transforms());
        return new ExportedNetwork(
                trained.network(), Models.get(model).sampleShape(), trained.weights(), metadata);
    }

    /** The model with its weights. */
    Model create(Backend backend) {
        return Model.create(network, sample, backend, /* seed= */ 1);
    }
}
