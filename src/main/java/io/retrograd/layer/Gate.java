package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Arrangements;
import io.retrograd.operation.Broadcast;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.Elementwise.Binary;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * What passes is weighed by a function of itself: {@code y = x·body(x)}. The body's output has x's
 * sizes, or 1 where one weight is for all; y has the larger ones. The child is named {@code body}.
 *
 * <p>Source: J. Hu et al., Squeeze-and-excitation networks, CVPR 2018.
 */
public record Gate(Layer body) implements Layer {
    private static final String NAME = "Gate";

    @Override
    public Shape outputShape(Shape input) {
        return Broadcast.shape(NAME, input, Sequential.childShape("body", body, input));
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        outputShape(x.shape());
        List<Tensor> branches = binder.record(to -> Arrangements.Fork.of(x, 2, to)).branches();
        Tensor weight = binder.scope("body", () -> body.bind(binder, branches.get(1)));
        return binder.record(
                        to ->
                                new Elementwise.Binary(
                                        NAME, Binary.Kind.MUL, branches.get(0), weight, to))
                .y();
    }
}
