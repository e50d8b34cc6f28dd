package io.retrograd.train;

import io.retrograd.backend.Parameters;
import io.retrograd.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** A copy of all parameters and running statistics. */
final class Snapshot {
    private final Map<Tensor, double[]> values = new LinkedHashMap<>();

    Snapshot(Parameters parameters) {
        parameters.named().values().forEach(t -> values.put(t, t.toArray()));
    }

    void restore() {
        values.forEach(Tensor::copyFrom);
    }

    /** The name of a tensor that holds NaN or an infinity; empty if there is none. */
    String notFinite() {
        for (Map.Entry<Tensor, double[]> entry : values.entrySet()) {
            for (double value : entry.getValue()) {
                if (!Double.isFinite(value)) {
                    return entry.getKey().name();
                }
            }
        }
        return "";
    }
}
