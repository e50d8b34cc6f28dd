package io.retrograd.optim;

import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.operation.Initializer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/**
 * What PyTorch's optimizers make of parameters and gradients, as {@code
 * src/tools/optim/torch_numbers.py} writes it.
 */
final class TorchNumbers {
    private static final String FILE = "torch.tsv";

    private TorchNumbers() {}

    /** All elements of all parameters after the last step. */
    static double[] of(String name) {
        try (InputStream file = TorchNumbers.class.getResourceAsStream(FILE)) {
            String[] words =
                    new String(file.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .map(line -> line.split("\t"))
                            .filter(line -> line[0].equals(name))
                            .findFirst()
                            .orElseThrow(() -> new AssertionError(FILE + ": no line " + name));
            return Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Gives an empty set of parameters those of these names and shapes, with the script's values.
     */
    static void fill(Parameters parameters, Map<String, Shape> shapes) {
        Binder binder = new Binder(parameters, BindOptions.train());
        shapes.forEach((name, shape) -> binder.parameter(name, shape, Initializer.constant(0)));
        binder.commit();
        int k = 0;
        for (Tensor w : parameters.tensors()) {
            int parameter = k++;
            set(w, i -> ((37 * i + 101 * parameter) % 97 - 48) / 64.0);
        }
    }

    /** Sets the script's gradients of step t. */
    static void setGradients(Parameters parameters, int t) {
        int k = 0;
        for (Tensor w : parameters.tensors()) {
            int parameter = k++;
            set(w.requireGrad(), i -> ((29 * i + 53 * parameter + 71 * t) % 89 - 44) / 32.0);
        }
    }

    private static void set(Tensor tensor, IntToDoubleFunction element) {
        double[] values = new double[Math.toIntExact(tensor.shape().size())];
        Arrays.setAll(values, element);
        tensor.copyFrom(values);
    }

    /** All elements of all parameters. */
    static double[] elements(Parameters parameters) {
        return parameters.tensors().stream()
                .flatMapToDouble(w -> Arrays.stream(w.toArray()))
                .toArray();
    }
}
