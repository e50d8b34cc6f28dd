package io.retrograd.operation;

import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.Optional;

/**
 * A user's own operation with its own gradient, in Java on float64 arrays, and perhaps by CUDA
 * kernels too.
 *
 * <p>Every array is row-major and belongs to the caller: read the inputs, write <em>every</em>
 * element of the outputs, keep none. {@code backward} overwrites; it never adds.
 *
 * <p>An operation whose gradient is deliberately not that of its forward function (the
 * straight-through sign function, say) declares the function that its gradient does belong to as
 * its {@link #surrogate}; gradient checks then run that one in place of {@code forward}.
 */
public interface CustomFunction {
    /** Name in messages and tables. */
    String name();

    /**
     * The shape of y for inputs of this shape; throws {@link IllegalArgumentException} for others.
     */
    Shape outputShape(Shape x);

    /** The parameters to train, if any. */
    default List<Parameter> parameters(Shape x) {
        return List.of();
    }

    /**
     * Computes {@code y} from {@code x} and the parameters, in the order of {@link #parameters}.
     */
    void forward(double[] x, double[][] parameters, double[] y);

    /**
     * Computes the gradients from {@code dy}.
     *
     * @param x the input. Not modified.
     * @param parameters the parameters. Not modified.
     * @param y the output of {@code forward}. Not modified.
     * @param dy gradient of y. Not modified.
     * @param dx gradient of x. Modified.
     * @param dparameters gradients of the parameters. Modified.
     */
    void backward(
            double[] x,
            double[][] parameters,
            double[] y,
            double[] dy,
            double[] dx,
            double[][] dparameters);

    /** The function whose gradient {@code backward} is, where that is not {@code forward}. */
    default Optional<Forward> surrogate() {
        return Optional.empty();
    }

    /** Reports the smooth piece on which each element lies, if the function has more than one. */
    default void kinks(double[] x, KinkLedger ledger) {}

    /** The same where it depends on the parameters too. */
    default void kinks(double[] x, double[][] parameters, KinkLedger ledger) {
        kinks(x, ledger);
    }

    /** Kernels that compute the same on an NVIDIA GPU. */
    default Optional<CudaSource> cuda() {
        return Optional.empty();
    }

    /** A function with parameters, as {@link CustomFunction#forward}. */
    @FunctionalInterface
    interface Forward {
        void compute(double[] x, double[][] parameters, double[] y);
    }

    /** A parameter's name, shape and first values. */
    record Parameter(String name, Shape shape, Initializer initializer) {}
}
