package io.retrograd.interop;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The content of a safetensors file. Immutable.
 *
 * @param metadata free texts by name
 * @param tensors by name, in the order of their data
 */
public record SafetensorsFile(Map<String, String> metadata, Map<String, SafeTensor> tensors) {
    public SafetensorsFile {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
        tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    }
}
