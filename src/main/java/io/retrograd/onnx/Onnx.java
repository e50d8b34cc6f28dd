package io.retrograd.onnx;

import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Networks as ONNX files.
 *
 * <pre>{@code
 * Onnx.write(model, Path.of("net.onnx"));
 * Onnx.write(model, Path.of("net.onnx"), new ExportOptions().dynamicBatch(true).opset(17));
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
}
