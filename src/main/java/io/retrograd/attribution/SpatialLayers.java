package io.retrograd.attribution;

import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.layer.Convolution;
import io.retrograd.layer.Layers;
import io.retrograd.layer.Network;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Model;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The outputs of a network's layers that are pictures, (K, H, W), by path. */
final class SpatialLayers {
    private final Model model;
    private final Map<String, Shape> shapes = new LinkedHashMap<>();

    SpatialLayers(Model model) {
        this.model = model;
        Binder binder = new Binder(model.parameters(), BindOptions.infer());
        Network network = Network.of(model.network());
        Map<String, Shape> inputs = new LinkedHashMap<>();
        model.inputShapes().forEach((name, shape) -> inputs.put(name, shape.batch(1)));
        network.bind(binder, network.inputs(binder, inputs));
        binder.results()
                .forEach(
                        (path, results) -> {
                            Tensor last = results.get(results.size() - 1);
                            if (last.shape().rank() == 4) {
                                shapes.put(path, last.shape().tail(1));
                            }
                        });
    }

    /** The shape of a layer's output. */
    Shape shape(String method, String path) {
        Shape shape = shapes.get(path);
        if (shape == null) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a layer whose output is a picture, one of %s, got %s",
                            method, shapes.keySet(), path));
        }
        return shape;
    }

    /**
     * The last layer whose output is as large as that of the last convolution of more than one
     * place: what follows it, such as its ReLU, is with it.
     */
    String last(String method) {
        @Nullable Shape size = null;
        for (Map.Entry<String, Shape> each : shapes.entrySet()) {
            boolean convolution = Layers.at(model.network(), each.getKey()) instanceof Convolution;
            if (convolution && each.getValue().dim(1) * each.getValue().dim(2) > 1) {
                size = each.getValue();
            }
        }
        @Nullable String last = null;
        for (Map.Entry<String, Shape> each : shapes.entrySet()) {
            boolean same = size != null && size.tail(1).equals(each.getValue().tail(1));
            last = same ? each.getKey() : last;
        }
        if (last == null) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a network with a convolution over pictures, got %s; use"
                                    + " another method",
                            method, model.network().kind()));
        }
        return last;
    }
}
