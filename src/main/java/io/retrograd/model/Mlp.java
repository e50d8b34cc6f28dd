package io.retrograd.model;

import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import java.util.ArrayList;
import java.util.List;

/** Multi-layer perceptrons: linear layers with ReLU between them. */
public final class Mlp {
    private Mlp() {}

    /**
     * A perceptron over flattened samples.
     *
     * <pre>
     *   x (N, ...) → (N, I) → [(N, hidden) → ReLU] for each hidden size → (N, classes) logits
     * </pre>
     *
     * @param classes number of logits
     * @param hidden sizes of the hidden layers, in order
     */
    public static Sequential of(int classes, int... hidden) {
        List<Layer> layers = new ArrayList<>();
        layers.add(new Flatten());
        for (int units : hidden) {
            layers.add(new Linear(units));
            layers.add(new Relu());
        }
        layers.add(new Linear(classes));
        return new Sequential(layers);
    }
}
