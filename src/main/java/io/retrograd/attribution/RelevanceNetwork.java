package io.retrograd.attribution;

import io.retrograd.layer.Activation;
import io.retrograd.layer.AdaptivePooling;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.Convolution;
import io.retrograd.layer.DropPath;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Dropout2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gate;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Graph;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerScale;
import io.retrograd.layer.Layers;
import io.retrograd.layer.LeakyRelu;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Mean;
import io.retrograd.layer.Narrow;
import io.retrograd.layer.Permute;
import io.retrograd.layer.PixelShuffle;
import io.retrograd.layer.Pooling;
import io.retrograd.layer.Prelu;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Reshape;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Scale;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Sum;
import io.retrograd.layer.Transpose;
import io.retrograd.train.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network rebuilt so that the number at any place times its gradient is its relevance.
 *
 * <pre>
 *   R = a·da        a layer that hands down R(a) = a·Σ w·R/z has da = Σ w·dz, dz = dy·y/z
 * </pre>
 *
 * Layers that are linear without bias, ReLU, max pooling and sums of branches do so as they are. A
 * gate {@code y = x·g} hands all to x, {@code dx = dy·g}, and nothing to what computed g.
 *
 * <p>Source for gates: L. Arras et al., Explaining recurrent neural network predictions in
 * sentiment analysis, WASSA 2017.
 */
final class RelevanceNetwork {
    private static final List<Class<? extends Layer>> AS_THEY_ARE =
            List.of(
                    Relu.class,
                    LeakyRelu.class,
                    Prelu.class,
                    Pooling.class,
                    AdaptivePooling.class,
                    GlobalAvgPool2d.class,
                    Flatten.class,
                    Reshape.class,
                    Permute.class,
                    Transpose.class,
                    Narrow.class,
                    PixelShuffle.class,
                    Dropout.class,
                    Dropout2d.class,
                    DropPath.class,
                    Scale.class,
                    LayerScale.class,
                    Mean.class,
                    Sum.class,
                    BatchNorm.class,
                    Sequential.class,
                    Residual.class,
                    Concat.class,
                    Gate.class,
                    Detached.class,
                    Graph.class);

    private final LayerWiseRelevance method;

    RelevanceNetwork(LayerWiseRelevance method) {
        this.method = method;
    }

    /** The network, its parameters still to be filled in. */
    Layer of(Layer network) {
        return Layers.rewritten(Detached.gates(network), this::changed);
    }

    private Layer changed(String path, Layer layer) {
        if (weighs(layer)) {
            return new Weighted(
                    layer, layer instanceof Linear ? method.linears() : method.convolutions());
        }
        if (layer instanceof Sequential sequential) {
            return folded(sequential);
        }
        if (layer instanceof Activation activation && PassedOn.passes(activation)) {
            return new PassedOn(activation);
        }
        if (AS_THEY_ARE.stream().noneMatch(type -> type.isInstance(layer))) {
            throw Attribution.unhandled(
                    method.name(),
                    "convolutions, linear layers, activations with f(0) = 0, pooling, batch"
                            + " norm, sums and gates",
                    path,
                    layer);
        }
        return layer;
    }

    private static boolean weighs(Layer layer) {
        return layer instanceof Linear
                || layer instanceof Conv1d
                || layer instanceof Conv2d
                || layer instanceof Conv3d;
    }

    /** A layer with weights, with or without a bias. */
    static Layer withBias(Layer layer, boolean present) {
        return layer instanceof Linear linear
                ? linear.bias(present)
                : ((Convolution<?>) layer).bias(present);
    }

    /** Each batch norm behind weights in them, and nothing in its place. */
    private static Sequential folded(Sequential sequential) {
        List<Layer> layers = new ArrayList<>(sequential.layers());
        for (int i = 1; i < layers.size(); i++) {
            if (layers.get(i - 1) instanceof Weighted weighted
                    && layers.get(i) instanceof BatchNorm norm) {
                layers.set(i - 1, weighted.folding(Integer.toString(i), norm.eps()));
                layers.set(i, new Sequential());
            }
        }
        return new Sequential(layers);
    }

    /** Gives the rebuilt network the parameters of a model. */
    void fill(Model from, Model to) {
        Map<String, Weighted> weighted = new LinkedHashMap<>();
        Layers.rewritten(
                to.network(),
                (path, layer) -> {
                    if (layer instanceof Weighted each) {
                        weighted.put(path, each);
                    }
                    return layer;
                });
        for (String name : to.names()) {
            int dot = name.lastIndexOf('.');
            String path = name.substring(0, Math.max(0, dot)).replaceAll("\\.?(plus|minus)$", "");
            Weighted layer = weighted.get(path);
            String own = name.substring(path.isEmpty() ? 0 : path.length() + 1);
            to.setParameter(
                    name, layer == null ? from.parameter(name) : layer.parameter(from, path, own));
        }
    }
}
