package io.retrograd.onnx;

import io.retrograd.interop.FormatException;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Networks as ONNX files.
 *
 * <pre>{@code
 * Onnx.write(model, Path.of("net.onnx"));
 * Onnx.write(model, Path.of("net.onnx"), new ExportOptions().dynamicBatch(true).opset(17));
 *
 * try (Model model = Onnx.read(Path.of("net.onnx")).model(backend, seed)) {
 *     double[] outputs = model.predict(images);
 * }
 * }</pre>
 *
 * @see <a href="https://onnx.ai/onnx/operators/">ONNX's operators</a>
 */
public final class Onnx {
    private Onnx() {}

    /**
     * Writes a model's network in inference form for a batch of 1, with the defaults of {@link
     * ExportOptions}.
     *
     * @throws IllegalArgumentException as {@link #write(Model, Path, ExportOptions)}
     */
    public static void write(Model model, Path path) throws IOException {
        write(model, path, new ExportOptions());
    }

    /**
     * Writes a model's network with its parameters, in one move.
     *
     * <p>Inputs and outputs have the network's names, {@code input} and {@code output} where it has
     * one of each; tokens are int64, all else is float32. Initializers have the parameters' names.
     *
     * @throws IllegalArgumentException if an operation of the network is the user's own and has no
     *     {@link Decomposition}, if float16 has no number for a weight, or if the file would have 2
     *     GiB or more
     * @throws IOException if the file cannot be written
     */
    public static void write(Model model, Path path, ExportOptions options) throws IOException {
        new Export(model, options).write(path);
    }

    /**
     * Reads a network that any program has written, to train it, look into it or predict with it.
     *
     * <p>Each node of the file becomes a layer, or a few; operators of shapes and of known numbers
     * are computed. Initializers become the layers' parameters, under the names that their modules
     * had, as in {@code layer1_0_conv1.weight}. Inputs have any batch size, whatever the file says,
     * as their first dimension, and so have outputs.
     *
     * @throws FormatException if the file is no ONNX model
     * @throws IllegalArgumentException if it makes no sense, leaves sizes open behind the batch, or
     *     has operators that there are no layers for: all of them are listed, with their nodes
     * @throws IOException if it cannot be read
     */
    public static OnnxNetwork read(Path path) throws IOException {
        return read(path, Map.of());
    }

    /**
     * As {@link #read(Path)}.
     *
     * @param sampleShapes for inputs whose sizes the file leaves open, or for other sizes: the
     *     shape of a sample, without the batch, by the input's name
     */
    public static OnnxNetwork read(Path path, Map<String, Shape> sampleShapes) throws IOException {
        return OnnxReader.read(path, sampleShapes);
    }
}
