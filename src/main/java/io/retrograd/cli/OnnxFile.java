package io.retrograd.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.retrograd.image.Transforms;
import io.retrograd.layer.Network;
import io.retrograd.model.Models;
import io.retrograd.onnx.Onnx;
import io.retrograd.onnx.OnnxNetwork;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An ONNX file in the place of a network's name. */
final class OnnxFile {
    private static final String END = ".onnx";

    private OnnxFile() {}

    /** Whether a network's name is that of a file. */
    static boolean is(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(END);
    }

    /** A network of one input, and the shape of a sample. */
    private record Read(OnnxNetwork network, Shape sample) {
        String load(String name, Model model) throws IOException {
            if (!sample.equals(model.sampleShape())) {
                throw new IOException(
                        String.format(
                                "%s: expected samples of shape %s, got %s",
                                name, sample, model.sampleShape()));
            }
            network.load(model);
            return "network and weights of " + name;
        }
    }

    /**
     * Reads it.
     *
     * @throws IOException if it cannot be read, has what there is no layer for, or several inputs
     */
    private static Read read(String name) throws IOException {
        OnnxNetwork network;
        try {
            network = Onnx.read(Path.of(name));
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
        Map<String, Shape> inputs = network.inputShapes();
        if (inputs.size() != 1) {
            throw new IOException(
                    String.format("%s: expected one input, got %s", name, inputs.keySet()));
        }
        return new Read(network, inputs.values().iterator().next());
    }

    /** Its network and the shape of this many samples. */
    static Models.Form form(String name, int batch) throws IOException {
        Read read = read(name);
        return new Models.Form(read.network.network(), read.sample.batch(batch));
    }

    /** With its weights, and with the classes and transforms that {@code export} has written. */
    static Trained trained(String name) throws IOException {
        Read read = read(name);
        Network named = Network.of(read.network.network());
        Map<String, String> metadata = read.network.metadata();
        @Nullable String transforms = metadata.get("transforms");
        return new Trained(
                name,
                read.network.network(),
                classes(name, metadata.get("classes")),
                transforms == null
                        ? Trained.transforms(name, read.sample)
                        : Transforms.parse(name + ": transforms", transforms),
                /* table= */ null,
                named.inputs().stream().anyMatch(input -> named.tokenIds(input) != null),
                model -> read.load(name, model));
    }

    private static List<String> classes(String name, @Nullable String json) throws IOException {
        List<String> labels = new ArrayList<>();
        if (json != null) {
            JsonNode list = Json.parse(name + ": classes", json);
            list.forEach(label -> labels.add(label.asText()));
        }
        return labels;
    }

    /** To be written again, as other options have it. */
    static ExportedNetwork exported(String name) throws IOException {
        Read read = read(name);
        return new ExportedNetwork(
                read.network.network(),
                read.sample,
                model -> read.load(name, model),
                read.network.metadata());
    }
}
