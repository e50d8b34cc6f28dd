package io.retrograd.cli;

import io.retrograd.model.Models;
import io.retrograd.onnx.Onnx;
import io.retrograd.onnx.OnnxNetwork;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** An ONNX file in the place of a network's name. */
final class OnnxFile {
    private static final String END = ".onnx";

    private OnnxFile() {}

    /** Whether a network's name is that of a file. */
    static boolean is(String name) {
        return name.endsWith(END);
    }

    /**
     * Its network and the shape of this many samples.
     *
     * @throws IllegalArgumentException if it has several inputs
     */
    static Models.Form form(String name, int batch) throws IOException {
        OnnxNetwork read = Onnx.read(Path.of(name));
        Map<String, Shape> inputs = read.inputShapes();
        if (inputs.size() != 1) {
            throw new IllegalArgumentException(
                    String.format("%s: expected one input, got %s", name, inputs.keySet()));
        }
        return new Models.Form(read.network(), inputs.values().iterator().next().batch(batch));
    }
}
