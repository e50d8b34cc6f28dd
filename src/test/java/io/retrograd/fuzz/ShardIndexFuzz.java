package io.retrograd.fuzz;

import io.retrograd.file.MemoryFolder;
import io.retrograd.interop.MappedTensor;
import io.retrograd.interop.SafeTensor;
import io.retrograd.interop.Safetensors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The index of a model's shards, beside these. */
public final class ShardIndexFuzz {
    private static final String INDEX = "model.safetensors.index.json";
    private static final Map<String, byte[]> SHARDS = new HashMap<>();

    static {
        Path folder = Path.of("src/test/resources/safetensors/sharded");
        for (int i = 1; i <= 2; i++) {
            String name = "model-0000" + i + "-of-00002.safetensors";
            try {
                SHARDS.put(name, Files.readAllBytes(folder.resolve(name)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private ShardIndexFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) {
        Map<String, byte[]> files = new HashMap<>(SHARDS);
        files.put(INDEX, input);
        Path folder = MemoryFolder.of(files);
        Contract.check(
                input.length,
                () -> {
                    Map<String, SafeTensor> read = Safetensors.read(folder).tensors();
                    Map<String, MappedTensor> mapped = Safetensors.map(folder);
                    if (!read.keySet().equals(mapped.keySet())) {
                        throw new AssertionError(read.keySet() + " and " + mapped.keySet());
                    }
                },
                IOException.class);
    }
}
