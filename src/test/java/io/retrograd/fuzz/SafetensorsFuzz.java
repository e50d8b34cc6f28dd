package io.retrograd.fuzz;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.file.MemoryFolder;
import io.retrograd.interop.Checkpoint;
import io.retrograd.interop.FormatException;
import io.retrograd.interop.SafeTensor;
import io.retrograd.interop.Safetensors;
import io.retrograd.interop.SafetensorsFile;
import io.retrograd.interop.Weights;
import io.retrograd.layer.Linear;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A safetensors file, alone and as a model's checkpoint. */
public final class SafetensorsFuzz {
    private static final Backend BACKEND = Backends.open("reference", "float64", /* threads= */ 1);
    private static final Model MODEL =
            Model.create(new Linear(2), Shape.of(3), BACKEND, /* seed= */ 1);

    private SafetensorsFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Path path = MemoryFolder.file("x.safetensors", input);
        Contract.check(
                input.length,
                () -> {
                    SafetensorsFile file = Safetensors.read(path);
                    for (SafeTensor tensor : file.tensors().values()) {
                        List<Long> dims = tensor.dims();
                        long count =
                                dims.contains(0L)
                                        ? 0
                                        : dims.stream().reduce(1L, Math::multiplyExact);
                        if (tensor.kind().bytes() * count > input.length) {
                            throw new AssertionError("more data than the file has: " + tensor);
                        }
                    }
                },
                FormatException.class);
        Contract.check(
                input.length,
                () -> Checkpoint.load(path, MODEL.parameters()),
                FormatException.class,
                IllegalArgumentException.class);
        Contract.check(
                input.length,
                () -> Weights.load(path).into(MODEL),
                IOException.class,
                IllegalArgumentException.class);
    }
}
