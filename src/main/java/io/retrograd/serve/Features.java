package io.retrograd.serve;

import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.layer.Layers;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Network;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The numbers by which pictures are alike to a network: what its last linear layer reads, or its
 * outputs where there is nothing before such a layer.
 *
 * @param path of the layer whose output they are; null for the network's
 */
record Features(Model model, @Nullable String path) {
    static Features of(Model model) {
        Binder binder = new Binder(model.parameters(), BindOptions.infer());
        Network network = Network.of(model.network());
        Map<String, Shape> inputs = new LinkedHashMap<>();
        model.inputShapes().forEach((name, shape) -> inputs.put(name, shape.batch(1)));
        network.bind(binder, network.inputs(binder, inputs));
        List<String> paths = new ArrayList<>(binder.results().keySet());
        for (int i = paths.size() - 1; i > 0; i--) {
            if (Layers.at(model.network(), paths.get(i)) instanceof Linear) {
                return new Features(model, paths.get(i - 1));
            }
        }
        return new Features(model, null);
    }

    /** Those of a batch, one behind the other. */
    double[] of(double[] x) {
        return path == null ? model.predict(x) : model.activations(x, path);
    }
}
