package io.retrograd.train;

import io.retrograd.backend.Parameters;
import io.retrograd.tensor.Tensor;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

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

    private Snapshot() {}

    /** The one that a state keeps under this prefix of names. */
    static Snapshot of(TrainingState state, String prefix, Parameters parameters) {
        Snapshot snapshot = new Snapshot();
        parameters
                .named()
                .forEach(
                        (name, w) ->
                                snapshot.values.put(
                                        w,
                                        Objects.requireNonNull(state.tensors().get(prefix + name))
                                                .elements()));
        return snapshot;
    }

    /** Adds it to the tensors of a state, under this prefix of names. */
    void putInto(Map<String, TrainingState.Values> tensors, String prefix) {
        values.forEach(
                (w, elements) ->
                        tensors.put(
                                prefix + w.name(),
                                TrainingState.Values.over(w.shape(), w.dtype(), elements)));
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
