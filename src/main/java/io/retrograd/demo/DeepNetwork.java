package io.retrograd.demo;

import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.operation.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A deep perceptron of equal hidden layers.
 *
 * <pre>
 *   plain            h ← φ(W h)                   with batch norm   h ← φ(norm(W h))
 *   residual         h ← h + W φ(h)               with batch norm   h ← h + W φ(norm(h))
 * </pre>
 *
 * @param name as in tables and legends
 * @param activation φ
 * @param first first values of the hidden weights
 * @param norm whether there is batch norm
 * @param residual whether each layer adds to its input
 * @param factor by which the gradient's norm changes a layer, as the theory has it for wide layers;
 *     NaN where it has none
 */
record DeepNetwork(
        String name,
        Layer activation,
        Initializer first,
        boolean norm,
        boolean residual,
        double factor) {
    /** Units of a hidden layer. */
    static final int WIDTH = 32;

    /** Layers before the first hidden one: flatten, and a linear layer. */
    private static final int BEFORE = 2;

    /** The network with this number of hidden layers, for ten classes. */
    Sequential layers(int depth) {
        List<Layer> layers = new ArrayList<>();
        layers.add(new Flatten());
        layers.add(new Linear(WIDTH));
        for (int i = 0; i < depth; i++) {
            layers.add(residual ? new Residual(inner()) : plain());
        }
        layers.add(new Linear(10));
        return new Sequential(layers);
    }

    private Linear linear() {
        return new Linear(WIDTH).bias(false).weightInit(first);
    }

    private Sequential plain() {
        return norm
                ? new Sequential(linear(), new BatchNorm(), activation)
                : new Sequential(linear(), activation);
    }

    private Sequential inner() {
        return norm
                ? new Sequential(new BatchNorm(), activation, linear())
                : new Sequential(activation, linear());
    }

    /** The paths of the hidden layers, from the input on. */
    static List<String> paths(int depth) {
        return IntStream.range(BEFORE, BEFORE + depth).mapToObj(Integer::toString).toList();
    }
}
