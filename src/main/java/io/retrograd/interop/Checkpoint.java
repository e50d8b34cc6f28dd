package io.retrograd.interop;

import io.retrograd.backend.Parameters;
import io.retrograd.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A model's parameters and running statistics as a safetensors file, under their names, in float64:
 * what is saved comes back bit for bit.
 */
public final class Checkpoint {
    private Checkpoint() {}

    /**
     * Writes all parameters and running statistics, in one move.
     *
     * @param metadata texts to keep beside them
     * @throws IOException if the file cannot be written
     */
    public static void save(Path path, Parameters parameters, Map<String, String> metadata)
            throws IOException {
        Map<String, SafeTensor> tensors = new LinkedHashMap<>();
        parameters
                .named()
                .forEach(
                        (name, tensor) ->
                                tensors.put(name, SafeTensor.of(tensor.shape(), tensor.toArray())));
        Safetensors.write(path, new SafetensorsFile(metadata, tensors));
    }

    /**
     * Sets all parameters and running statistics. None is changed unless all fit.
     *
     * @throws FormatException if the file is damaged
     * @throws IllegalArgumentException if names or shapes are not those of the model, or for NaN,
     *     infinities, and values that the model's precision has no number for
     * @throws IOException if the file cannot be read
     */
    public static void load(Path path, Parameters parameters) throws IOException {
        load(path, parameters, /* finite= */ true);
    }

    /**
     * The same, but takes NaN and infinities, to look into a network that has diverged.
     *
     * @throws FormatException if the file is damaged
     * @throws IllegalArgumentException if names or shapes are not those of the model, or for finite
     *     values that the model's precision has no number for
     * @throws IOException if the file cannot be read
     */
    public static void loadDiverged(Path path, Parameters parameters) throws IOException {
        load(path, parameters, /* finite= */ false);
    }

    private static void load(Path path, Parameters parameters, boolean finite) throws IOException {
        Map<String, SafeTensor> saved =
                Safetensors.read(path, Long.MAX_VALUE, header -> check(path, header, parameters))
                        .tensors();
        if (finite) {
            saved.forEach((name, value) -> checkFinite(path, parameters.get(name), value));
        }
        saved.forEach((name, value) -> parameters.get(name).copyFrom(value.doubles()));
    }

    private static void checkFinite(Path path, Tensor tensor, SafeTensor value) {
        try {
            tensor.checkFinite(value.doubles());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    path + ": " + e.getMessage() + "; Checkpoint.loadDiverged takes NaN", e);
        }
    }

    private static void check(Path path, SafetensorsHeader header, Parameters parameters) {
        Set<String> names = parameters.named().keySet();
        Set<String> saved = new LinkedHashSet<>();
        header.entries().forEach(entry -> saved.add(entry.name()));
        if (!saved.equals(names)) {
            throw new IllegalArgumentException(
                    path + ": expected tensors " + names + ", got " + saved);
        }
        header.entries().forEach(entry -> check(path, parameters.get(entry.name()), entry));
    }

    private static void check(Path path, Tensor tensor, SafetensorsHeader.Entry value) {
        if (!value.dims().equals(dims(tensor)) || !real(value.kind())) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected %s of floats, got %s of %s",
                            path, tensor, value.dims(), value.kind()));
        }
    }

    private static List<Long> dims(Tensor tensor) {
        return tensor.shape().dims().stream().map(Integer::longValue).toList();
    }

    private static boolean real(ElementKind kind) {
        return kind.floating() && kind != ElementKind.C64;
    }
}
