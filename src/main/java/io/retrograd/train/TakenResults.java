package io.retrograd.train;

import io.retrograd.tensor.Readout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Losses and outputs of a step, kept until they are read. */
final class TakenResults implements AutoCloseable {
    private final List<BoundLoss> losses;
    private final List<Readout> values = new ArrayList<>();
    private final Map<String, Readout> outputs = new LinkedHashMap<>();
    private final double[] number = new double[1];

    TakenResults(BoundNetwork network, Collection<String> read) {
        losses = network.losses();
        losses.forEach(loss -> values.add(loss.value().readout()));
        read.forEach(
                name ->
                        outputs.put(
                                name,
                                Objects.requireNonNull(network.outputs().get(name)).readout()));
    }

    void take() {
        values.forEach(Readout::take);
        outputs.values().forEach(Readout::take);
    }

    /** The weighted sum of the losses. */
    double loss() {
        double sum = 0;
        for (int i = 0; i < values.size(); i++) {
            values.get(i).give(number);
            sum += losses.get(i).term().weight() * number[0];
        }
        return sum;
    }

    /** Reads the outputs. */
    void outputs(Map<String, double[]> into) {
        outputs.forEach((name, readout) -> readout.give(Objects.requireNonNull(into.get(name))));
    }

    @Override
    public void close() {
        values.forEach(Readout::close);
        outputs.values().forEach(Readout::close);
    }
}
