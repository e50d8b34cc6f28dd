package io.retrograd.attribution;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Gate;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Layers;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.function.UnaryOperator;

/** A layer whose gradient ends at its output, as if that were a constant. */
record Detached(Layer body) implements Layer {
    private static final Layer END =
            Custom.of(
                    "detached",
                    UnaryOperator.identity(),
                    (x, y) -> System.arraycopy(x, 0, y, 0, y.length),
                    (x, y, dy, dx) -> Arrays.fill(dx, 0));

    /** The same network, its gates' weights constants, with the same parameters. */
    static Layer gates(Layer network) {
        return Layers.rewritten(
                network,
                (path, layer) ->
                        layer instanceof Gate gate ? new Gate(new Detached(gate.body())) : layer);
    }

    @Override
    public Shape outputShape(Shape input) {
        return body.outputShape(input);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return END.bind(binder, body.bind(binder, x));
    }
}
