package io.retrograd.train;

import io.retrograd.backend.Parameters;
import io.retrograd.tensor.Tensor;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A copy of all parameters and running statistics. */
final class Snapshot {
    private final Map<Tensor, double[]> values = new LinkedHashMap<>();

    Snapshot(Parameters parameters) {
        parameters.named().values().forEach(t -> values.put(t, t.toArray()));
    }

    /**
     * The same with other values of some parameters.
     *
     * @param of those parameters
     * @param instead what is copied for each of them
     */
    Snapshot(Parameters parameters, Collection<Tensor> of, List<Tensor> instead) {
        this(parameters);
        Iterator<Tensor> sources = instead.iterator();
        of.forEach(w -> values.put(w, sources.next().toArray()));
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
