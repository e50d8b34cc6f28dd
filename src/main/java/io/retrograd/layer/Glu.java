package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Elementwise;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * Gated linear unit, {@code y = a·σ(b)} of the halves of x: x (..., 2·L, ...), y (..., L, ...).
 *
 * <p>Source: Y. Dauphin et al., Language modeling with gated convolutional networks, ICML 2017.
 *
 * @param dim the dimension that is halved; a negative one counts from the end
 */
public record Glu(int dim) implements Layer {
    /** Of the last dimension. */
    public Glu() {
        this(-1);
    }

    @Override
    public Shape outputShape(Shape input) {
        return Elementwise.Glu.outputShape(dim, input);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        return binder.record(to -> new Elementwise.Glu(dim, x, to)).y();
    }
}
