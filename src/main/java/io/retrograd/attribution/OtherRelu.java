package io.retrograd.attribution;

import io.retrograd.layer.Activation;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Gate;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Layers;
import io.retrograd.layer.Relu;
import io.retrograd.train.Model;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Backward passes of ReLU that are not its gradient, in a network rebuilt with them. Other
 * activations in gates keep theirs.
 */
final class OtherRelu {
    /** {@code dx = dy} where x and dy are above 0. */
    static final OtherRelu GUIDED =
            new OtherRelu(
                    "guided Relu", (x, y, dy, dx) -> Arrays.setAll(dx, i -> passes(x[i], dy[i])));

    /** {@code dx = max(0, dy)}. */
    static final OtherRelu DECONVNET =
            new OtherRelu(
                    "deconvnet Relu", (x, y, dy, dx) -> Arrays.setAll(dx, i -> Math.max(0, dy[i])));

    private final Layer relu;

    private OtherRelu(String name, Custom.Backward backward) {
        relu =
                Custom.of(
                        name,
                        UnaryOperator.identity(),
                        (x, y) -> Arrays.setAll(y, i -> Math.max(0, x[i])),
                        backward);
    }

    private static double passes(double x, double dy) {
        return x > 0 ? Math.max(0, dy) : 0;
    }

    Explanation explain(Attribution on, String method, double[] x, int target) {
        Model rebuilt =
                on.rebuilt(this, () -> changed(on.model().network(), method), Attribution::copy);
        double[] values = on.gradients(rebuilt, x, target).input();
        return new Explanation(method, target, on.sampleShape(), values, Explanation.Pixel.LARGEST);
    }

    private Layer changed(Layer network, String method) {
        Set<String> gates = new HashSet<>();
        Layers.rewritten(
                network,
                (path, layer) -> {
                    if (layer instanceof Gate) {
                        gates.add(path.isEmpty() ? "" : path + ".");
                    }
                    return layer;
                });
        return Layers.rewritten(
                network,
                (path, layer) -> {
                    boolean weighs = gates.stream().anyMatch(path::startsWith);
                    if (layer instanceof Activation && !(layer instanceof Relu) && !weighs) {
                        throw Attribution.unhandled(
                                method, "Relu as the only activation but in gates", path, layer);
                    }
                    return layer instanceof Relu ? relu : layer;
                });
    }
}
