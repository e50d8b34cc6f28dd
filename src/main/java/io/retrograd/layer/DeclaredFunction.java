package io.retrograd.layer;

import io.retrograd.operation.CudaSource;
import io.retrograd.operation.CustomFunction;
import io.retrograd.operation.KinkLedger;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.Optional;

/** A function with what its user declares about its gradient: a surrogate, kinks, and kernels. */
record DeclaredFunction(
        CustomFunction function,
        Optional<CustomFunction.Forward> surrogate,
        List<Double> kinks,
        Optional<CudaSource> cuda)
        implements CustomFunction {
    @Override
    public String name() {
        return function.name();
    }

    @Override
    public Shape outputShape(Shape x) {
        return function.outputShape(x);
    }

    @Override
    public List<Parameter> parameters(Shape x) {
        return function.parameters(x);
    }

    @Override
    public void forward(double[] x, double[][] parameters, double[] y) {
        function.forward(x, parameters, y);
    }

    @Override
    public void backward(
            double[] x,
            double[][] parameters,
            double[] y,
            double[] dy,
            double[] dx,
            double[][] dparameters) {
        function.backward(x, parameters, y, dy, dx, dparameters);
    }

    @Override
    public void kinks(double[] x, double[][] parameters, KinkLedger ledger) {
        function.kinks(x, parameters, ledger);
        for (double element : x) {
            for (double kink : kinks) {
                ledger.add(element > kink ? 1 : 0);
            }
        }
    }

    @Override
    public String toString() {
        return function.name();
    }
}
