package io.retrograd.onnx;

import io.retrograd.bind.Binder;
import io.retrograd.layer.Layer;
import io.retrograd.operation.Products;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * A product with a matrix that is not trained, {@code y = x Wᵀ}: x (…, I), W (O, I), y (…, O).
 *
 * @param units O
 */
record FixedLinear(int units) implements Layer {
    @Override
    public Shape outputShape(Shape input) {
        return Products.Linear.outputShape(input, units);
    }

    @Override
    public Tensor bind(Binder binder, Tensor x) {
        int inputs = x.shape().dim(x.shape().rank() - 1);
        Tensor w = binder.state("weight", Shape.of(units, inputs), /* initial= */ 0);
        return binder.record(to -> new Products.Linear(x, w, null, to)).y();
    }
}
