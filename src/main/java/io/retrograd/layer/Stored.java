package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Broadcast;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.Elementwise.Binary;
import io.retrograd.operation.Initializer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * The input combined with a tensor of the layer's own, which is trained as an {@code nn.Parameter}
 * or kept as a buffer. Where one has size 1, its element counts for all of the other's.
 */
sealed interface Stored extends Layer permits Offset, Factor {
    /** The sizes of the tensor, as many as the input's. */
    Shape sizes();

    /** Whether the tensor is trained. */
    boolean trained();

    @Override
    default Shape outputShape(Shape input) {
        return Broadcast.shape(kind(), input, sizes());
    }

    /** The combination with the tensor of this name, whose first elements are all {@code first}. */
    default Tensor bind(Binder binder, Tensor x, Binary.Kind kind, String name, double first) {
        outputShape(x.shape());
        Tensor stored =
                trained()
                        ? binder.parameter(name, sizes(), Initializer.constant(first))
                        : binder.state(name, sizes(), first);
        return binder.record(to -> new Elementwise.Binary(kind(), kind, x, stored, to)).y();
    }
}
