package io.retrograd.onnx;

import io.retrograd.backend.Backend;
import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import io.retrograd.train.StartingValues;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;

/** A network that was read from an ONNX file, with its parameters' values. Immutable. */
public final class OnnxNetwork {
    private final Layer network;
    private final Map<String, Shape> inputShapes;
    private final Map<String, IntToDoubleFunction> values;
    private final Map<String, String> metadata;

    OnnxNetwork(
            Layer network,
            Map<String, Shape> inputShapes,
            Map<String, IntToDoubleFunction> values,
            Map<String, String> metadata) {
        this.network = network;
        this.inputShapes = Collections.unmodifiableMap(new LinkedHashMap<>(inputShapes));
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        this.metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /** The layers: a graph whose inputs and outputs have the file's names. */
    public Layer network() {
        return network;
    }

    /** The shapes of one sample's inputs by name, without the batch. */
    public Map<String, Shape> inputShapes() {
        return inputShapes;
    }

    /** What the file says about itself. */
    public Map<String, String> metadata() {
        return metadata;
    }

    /**
     * The network on a device, with the file's parameters and running statistics: to train, to look
     * into, to predict with.
     *
     * @param backend where it lives; stays open when the model is closed
     * @param seed the seed of dropout
     * @throws IllegalArgumentException for NaN, infinities, and values that the backend's precision
     *     has no number for
     */
    public Model model(Backend backend, long seed) {
        Model model = Model.create(network, inputShapes, backend, seed);
        try {
            load(model);
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    /**
     * Sets a model of this network to the file's parameters and running statistics.
     *
     * @throws IllegalArgumentException for a model of another network, NaN, infinities, and values
     *     that the model's precision has no number for
     */
    public void load(Model model) {
        List<String> missing = new ArrayList<>(StartingValues.shapes(model).keySet());
        missing.removeAll(values.keySet());
        if (!missing.isEmpty()) {
            throw new IllegalArgumentException(
                    "OnnxNetwork: expected a model of the file's network, got one that has also "
                            + missing);
        }
        StartingValues.set(model, values);
    }
}
