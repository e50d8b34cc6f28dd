package io.retrograd.kernel;

import io.retrograd.operation.CudaSource;
import io.retrograd.operation.CustomFunction;
import io.retrograd.operation.Initializer;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Kernels as a function of their first array, whose others are parameters.
 *
 * @param name the source's, in messages
 * @param reference the same in Java; null if there is none, and only the kernels compute it
 */
record KernelFunction(
        String name,
        CudaSource source,
        KernelInputs inputs,
        Shape output,
        @Nullable JavaReference reference)
        implements CustomFunction {
    @Override
    public Shape outputShape(Shape x) {
        return output;
    }

    @Override
    public List<Parameter> parameters(Shape x) {
        return inputs.others().stream()
                .map(each -> new Parameter(each.name(), each.shape(), Initializer.constant(1)))
                .toList();
    }

    @Override
    public void forward(double[] x, double[][] parameters, double[] y) {
        java().forward(x, parameters, y);
    }

    @Override
    public void backward(
            double[] x,
            double[][] parameters,
            double[] y,
            double[] dy,
            double[] dx,
            double[][] dparameters) {
        java().backward(x, parameters, y, dy, dx, dparameters);
    }

    private JavaReference java() {
        if (reference == null) {
            throw new IllegalStateException(name + ": expected a reference in Java, got none");
        }
        return reference;
    }

    @Override
    public Optional<CudaSource> cuda() {
        return Optional.of(source);
    }
}
