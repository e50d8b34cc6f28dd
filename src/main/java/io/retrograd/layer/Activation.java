package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.ActivationSpec;
import io.retrograd.operation.Elementwise;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * A function of one number, applied to each element: {@code y = f(x)}, {@code dx = f'(x)·dy}, x and
 * y of any one shape.
 *
 * <p>A function that is not here can be had as {@link Custom#of(String,
 * java.util.function.DoubleUnaryOperator, java.util.function.DoubleUnaryOperator)}.
 */
public interface Activation extends Layer {
    /** The function. */
    ActivationSpec spec();

    /** The layer that computes a function. */
    static Activation of(ActivationSpec spec) {
        return switch (spec.kind()) {
            case RELU -> new Relu();
            case LEAKY_RELU -> new LeakyRelu(spec.alpha());
            case ELU -> new Elu(spec.alpha());
            case SIGMOID -> new Sigmoid();
            case TANH -> new Tanh();
            case SOFTPLUS -> new Softplus();
            case SOFTSIGN -> new Softsign();
            case SILU -> new Silu();
            case GELU -> new Gelu();
            case MISH -> new Mish();
            case HARDTANH -> new Hardtanh();
            case HARDSWISH -> new Hardswish();
            case RELU6 -> new Relu6();
            case SELU -> new Selu();
            case CELU -> new Celu(spec.alpha());
            case HARDSIGMOID -> new Hardsigmoid();
            case LOGSIGMOID -> new Logsigmoid();
            case TANHSHRINK -> new Tanhshrink();
            case GELU_TANH -> new Gelu(Gelu.Approximation.TANH);
        };
    }

    @Override
    default Shape outputShape(Shape input) {
        return input;
    }

    @Override
    default Tensor bind(Binder binder, Tensor x) {
        return binder.record(to -> new Elementwise.Activation(spec(), x, to)).y();
    }
}
