package io.retrograd.layer;

import io.retrograd.backend.ActivationSpec;
import io.retrograd.backend.Binder;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * A function of one number, applied to each element: {@code y = f(x)}, {@code dx = f'(x)·dy}, x and
 * y of any one shape.
 *
 * <p>A function that is not here can be had as {@link Custom#of(String,
 * java.util.function.DoubleUnaryOperator, java.util.function.DoubleUnaryOperator)}.
 */
public sealed interface Activation extends Layer
        permits Relu,
                LeakyRelu,
                Elu,
                Sigmoid,
                Tanh,
                Softplus,
                Softsign,
                Silu,
                Gelu,
                Mish,
                Hardtanh,
                Hardswish {
    /** The function. */
    ActivationSpec spec();

    @Override
    default Shape outputShape(Shape input) {
        return input;
    }

    @Override
    default Tensor bind(Binder binder, Tensor x) {
        return binder.activation(spec(), x);
    }
}
