package io.retrograd.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntToDoubleFunction;

/** The tensors of a safetensors file, which is mapped: their numbers stay in it. */
record SafetensorsSource(Path path, Map<String, MappedTensor> tensors) implements TensorSource {
    SafetensorsSource {
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }

    static SafetensorsSource open(Path path) throws IOException {
        return new SafetensorsSource(path, Safetensors.mapFile(path));
    }

    @Override
    public Map<String, Entry> entries() {
        Map<String, Entry> entries = new LinkedHashMap<>();
        tensors.forEach((name, it) -> entries.put(name, new Entry(it.kind(), it.dims())));
        return Collections.unmodifiableMap(entries);
    }

    @Override
    public IntToDoubleFunction read(String name) {
        MappedTensor tensor = Objects.requireNonNull(tensors.get(name), name);
        return i -> {
            if (i == 0) {
                // Once a tensor, as they are read when the model is first used.
                tensor.file().checkUnchanged();
            }
            return tensor.doubleAt(i);
        };
    }

    @Override
    public void close() {}
}
