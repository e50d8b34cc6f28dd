package io.retrograd.train;

import io.retrograd.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tensors by name, whose values and gradients are read. */
record Readings(Map<String, Tensor> tensors) {
    /** Copies of all values. */
    Map<String, double[]> values() {
        Map<String, double[]> copies = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> copies.put(name, tensor.toArray()));
        return copies;
    }

    /** Copies of the gradients of those that have one. */
    Map<String, double[]> gradients() {
        Map<String, double[]> copies = new LinkedHashMap<>();
        tensors.forEach(
                (name, tensor) -> {
                    if (tensor.grad() != null) {
                        copies.put(name, tensor.requireGrad().toArray());
                    }
                });
        return copies;
    }
}
