package io.retrograd.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.backend.Backend;
import io.retrograd.data.Datasets;
import io.retrograd.data.Split;
import io.retrograd.data.Subset;
import io.retrograd.data.TrainTest;
import io.retrograd.explain.GradientFlow;
import io.retrograd.interop.Checkpoint;
import io.retrograd.layer.Layer;
import io.retrograd.loss.CrossEntropy;
import io.retrograd.model.Models;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A run that {@code train} wrote: its network, and samples that it has not seen. */
record SavedRun(Path parameters, String title, Layer network, LabelledDataset samples, long seed) {
    private static final int MEASURED = 256;

    /**
     * Reads what a run was.
     *
     * @param data folder of its data set's files; null if it has none
     * @throws IllegalArgumentException if the folder holds no run
     */
    static SavedRun open(Path folder, @Nullable Path data) throws IOException {
        Path file = folder.resolve("summary.json");
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    String.format(
                            "gradflow: expected one of %s or the folder of a run that train has"
                                    + " finished, got %s",
                            FlowNetworks.CELLS, folder));
        }
        JsonNode summary = Json.read(file);
        String dataset = text(file, summary, "dataset");
        String model = text(file, summary, "model");
        Split split = split(file, text(file, summary, "split"));
        if (!Models.names().contains(model)) {
            throw new IOException(
                    file + ": expected a model of " + Models.names() + ", got " + model);
        }
        long seed = summary.path("seed").asLong(1);
        TrainTest parts = load(dataset, model, data, split, seed);
        LabelledDataset test = parts.test();
        Layer network = Models.get(model).create(test.classes(), test.tokenIds());
        int count = Math.min(MEASURED, test.size());
        int[] spread =
                IntStream.range(0, count)
                        .map(i -> (int) ((long) i * test.size() / count))
                        .toArray();
        return new SavedRun(
                folder.resolve("model.safetensors"),
                model + " on " + dataset,
                network,
                new Subset(test, spread),
                seed);
    }

    private static Split split(Path file, String name) throws IOException {
        try {
            return Split.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    String.format(
                            "%s: expected a split of %s, got %s",
                            file, Arrays.toString(Split.values()), name),
                    e);
        }
    }

    private static TrainTest load(
            String dataset, String model, @Nullable Path data, Split split, long seed)
            throws IOException {
        if (!dataset.equals(DatasetNames.TEXT)) {
            return Datasets.load(dataset, data, split, seed);
        }
        if (data == null) {
            throw new IllegalArgumentException(
                    "gradflow: expected the run's texts, got none; name them with --data PATH");
        }
        return OwnTexts.load(data, model, split, seed);
    }

    private static String text(Path file, JsonNode summary, String key) throws IOException {
        if (!summary.path(key).isTextual()) {
            throw new IOException(file + ": expected \"" + key + "\", got none; train writes it");
        }
        return summary.path(key).asText();
    }

    private void load(Model model) throws IOException {
        try {
            Checkpoint.load(parameters, model.parameters());
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage() + "; is --data the data set of this run?", e);
        }
    }

    /**
     * Measures it.
     *
     * @param trained whether with the run's parameters, or with those that its training began from
     */
    List<GradientFlow> flows(Backend backend, boolean trained) throws IOException {
        try (Model model = Model.create(network, samples.sampleShape(), backend, seed)) {
            if (trained) {
                load(model);
            }
            return GradientFlow.of(model, new CrossEntropy(), samples, samples.size());
        }
    }
}
