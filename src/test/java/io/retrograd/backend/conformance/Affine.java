package io.retrograd.backend.conformance;

import io.retrograd.operation.CustomFunction;
import io.retrograd.operation.Initializer;
import io.retrograd.tensor.Shape;
import java.util.List;

/** y = w·x + v, as a user's own function with parameters of two shapes. */
public class Affine implements CustomFunction {
    @Override
    public String name() {
        return "affine";
    }

    @Override
    public Shape outputShape(Shape x) {
        return x;
    }

    @Override
    public List<Parameter> parameters(Shape x) {
        return List.of(
                new Parameter("w", x.tail(1), Initializer.constant(2)),
                new Parameter("v", Shape.of(1), Initializer.constant(3)));
    }

    @Override
    public void forward(double[] x, double[][] parameters, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = parameters[0][i % parameters[0].length] * x[i] + parameters[1][0];
        }
    }

    @Override
    public void backward(
            double[] x,
            double[][] parameters,
            double[] y,
            double[] dy,
            double[] dx,
            double[][] dparameters) {
        dparameters[0] = new double[parameters[0].length];
        dparameters[1][0] = 0;
        for (int i = 0; i < x.length; i++) {
            dx[i] = parameters[0][i % parameters[0].length] * dy[i];
            dparameters[0][i % parameters[0].length] += x[i] * dy[i];
            dparameters[1][0] += dy[i] + 0 * y[i];
        }
    }
}
