package io.retrograd.layer;

import io.retrograd.operation.CustomFunction;
import io.retrograd.tensor.Shape;
import java.util.function.UnaryOperator;

/** A function without parameters, from lambdas. */
record ArrayFunction(
        String name, UnaryOperator<Shape> shapes, Custom.Forward forward, Custom.Backward backward)
        implements CustomFunction {
    @Override
    public Shape outputShape(Shape x) {
        return shapes.apply(x);
    }

    @Override
    public void forward(double[] x, double[][] parameters, double[] y) {
        forward.compute(x, y);
    }

    @Override
    public void backward(
            double[] x,
            double[][] parameters,
            double[] y,
            double[] dy,
            double[] dx,
            double[][] dparameters) {
        backward.compute(x, y, dy, dx);
    }

    @Override
    public String toString() {
        return name;
    }
}
