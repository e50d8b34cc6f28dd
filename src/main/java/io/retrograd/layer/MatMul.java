package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Products;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * Products of two stacks of matrices, as a node of a {@link Graph}: a (…, M, K), b (…, K, N), y (…,
 * M, N). The leading sizes, of which there is at least one, are those of both.
 */
public record MatMul() implements Join {
    @Override
    public Shape joinedShape(List<Shape> inputs) {
        if (inputs.size() != 2) {
            throw new IllegalArgumentException("MatMul: expected 2 inputs, got " + inputs);
        }
        return Products.MatMul.outputShape(/* transposed= */ false, inputs.get(0), inputs.get(1));
    }

    @Override
    public Tensor join(Binder binder, List<Tensor> inputs) {
        return binder.record(
                        to ->
                                new Products.MatMul(
                                        /* transposed= */ false, inputs.get(0), inputs.get(1), to))
                .y();
    }
}
