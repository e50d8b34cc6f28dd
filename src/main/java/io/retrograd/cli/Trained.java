package io.retrograd.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.data.Standardization;
import io.retrograd.image.CenterCrop;
import io.retrograd.image.Normalize;
import io.retrograd.image.Resize;
import io.retrograd.image.ResizeShorter;
import io.retrograd.image.Transforms;
import io.retrograd.interop.Checkpoint;
import io.retrograd.interop.RegularFile;
import io.retrograd.layer.Layer;
import io.retrograd.layer.TokenIds;
import io.retrograd.model.Models;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trained network as {@code predict} and {@code explain} use it: of a run, or a ready-made one
 * with weights.
 *
 * @param labels what the classes are called; empty where nobody knows
 * @param transforms what is done to pictures
 * @param table what is done to the columns of tables; null for a network of something else
 * @param tokens whether it reads the numbers of tokens
 * @param weights loads its parameters
 */
record Trained(
        String name,
        Layer network,
        List<String> labels,
        Transforms transforms,
        @Nullable Standardization table,
        boolean tokens,
        WeightLoader weights) {
    /** The shorter side to which a photograph is resized, by the side that is cut out of it. */
    private static final double MARGIN = 256.0 / 224;

    private static final int LONGEST_LABELS = 16 << 20;
    private static final int PHOTOGRAPH = 64;

    Trained {
        labels = List.copyOf(labels);
    }

    /**
     * That of a run.
     *
     * @throws IllegalArgumentException if the folder holds no run
     */
    static Trained ofRun(Path folder) throws IOException {
        Path file = folder.resolve("summary.json");
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException(
                    String.format(
                            "RUN: expected the folder of a run that train has finished, got"
                                    + " %s; or name a network with --model, --classes and"
                                    + " --weights",
                            folder));
        }
        JsonNode summary = Json.read(file);
        String model = summary.path("model").asText();
        int classes = summary.path("classes").asInt(summary.path("confusion").size());
        if (!Models.names().contains(model) || classes < 1) {
            throw new IOException(
                    String.format(
                            "%s: expected a model of %s and its classes, got %s and %d",
                            file, Models.names(), Json.line(model), classes));
        }
        Layer network = Models.get(model).create(classes, tokens(summary.path("token_ids")));
        Path saved = folder.resolve("transforms.json");
        return new Trained(
                model,
                network,
                labels(folder.resolve("labels.txt"), classes),
                Files.exists(saved)
                        ? Transforms.load(saved)
                        : transforms(model, shape(summary.path("sample_shape"))),
                new RunDirectory(folder).readTable(),
                summary.has("token_ids"),
                loaded -> {
                    loadRun(folder.resolve("model.safetensors"), loaded);
                    return model + " of " + folder;
                });
    }

    /** A ready-made network with weights of a file. */
    static Trained of(String model, int classes, Path weights, @Nullable String key) {
        return new Trained(
                model,
                Models.get(model).create(classes, /* tokens= */ null),
                List.of(),
                transforms(model, /* sample= */ null),
                /* table= */ null,
                /* tokens= */ false,
                loaded -> new FirstWeights(weights, key).load(model, loaded, /* newHead= */ false));
    }

    private static @Nullable TokenIds tokens(JsonNode tokens) {
        return tokens.isObject()
                ? new TokenIds(tokens.path("count").asInt(), tokens.path("padding").asInt(-1))
                : null;
    }

    private static @Nullable Shape shape(JsonNode sizes) {
        if (sizes.size() != 3) {
            return null;
        }
        int[] dims = new int[sizes.size()];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = Math.max(1, sizes.get(i).asInt());
        }
        return Shape.of(dims);
    }

    /** Those of ImageNet for photographs; else pictures are resized to the network's size. */
    static Transforms transforms(String model, @Nullable Shape sample) {
        Shape shape = sample == null ? Models.get(model).sampleShape() : sample;
        if (shape.rank() != 3 || (shape.dim(0) != 1 && shape.dim(0) != 3)) {
            return Transforms.of();
        }
        int height = shape.dim(1);
        int width = shape.dim(2);
        if (shape.dim(0) == 1 || height < PHOTOGRAPH || height != width) {
            return Transforms.of(new Resize(height, width)).channels(shape.dim(0));
        }
        return Transforms.of(
                new ResizeShorter((int) Math.round(height * MARGIN)),
                new CenterCrop(height, width),
                Normalize.imageNet());
    }

    static List<String> labels(Path file, int classes) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (RegularFile open = RegularFile.open(file)) {
            String text = new String(open.readAll(LONGEST_LABELS), StandardCharsets.UTF_8);
            List<String> labels = text.lines().toList();
            if (labels.size() != classes) {
                throw new IOException(
                        String.format(
                                "%s: expected %d labels, got %d", file, classes, labels.size()));
            }
            return labels;
        }
    }

    private static void loadRun(Path weights, Model model) throws IOException {
        try {
            Checkpoint.load(weights, model.parameters());
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    String.format(
                            "%s; are samples of shape %s those of this run?",
                            e.getMessage(), model.sampleShape()),
                    e);
        }
    }

    /** Loads the weights; says what became of them. */
    String load(Model model) throws IOException {
        return weights.load(model);
    }

    /** A class for people. */
    String label(int number) {
        return number < labels.size() ? labels.get(number) : Integer.toString(number);
    }

    /**
     * The number of a class.
     *
     * @param option whose value it is
     * @param text its name, or its number
     * @throws IllegalArgumentException if there is no such class
     */
    int number(String option, String text, int classes) {
        int named = labels.indexOf(text);
        if (named >= 0) {
            return named;
        }
        for (int c = 0; c < classes; c++) {
            if (text.equals(Integer.toString(c))) {
                return c;
            }
        }
        String known = labels.isEmpty() ? "" : " or one of " + String.join(", ", labels);
        throw Values.wrong(option, "a number from 0 to " + (classes - 1) + known, text);
    }
}
