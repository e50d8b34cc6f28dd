package io.retrograd.loss;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;

/** One loss bound to the reference backend. Its gradient is filled with NaN before each pass. */
final class LossHarness implements AutoCloseable {
    private final Backend backend = Backends.open("reference", "float64", 1);
    private final Parameters parameters = new Parameters(backend, 0);
    private final Binding binding;
    private final Tensor x;
    private final Tensor target;
    private final Tensor y;

    LossHarness(Loss loss, Shape shape) {
        Binder binder = new Binder(parameters, BindOptions.inspect(/* training= */ true));
        x = binder.input(shape);
        target = loss.target(binder, shape);
        y = loss.bind(binder, x, target);
        binding = binder.commit();
    }

    /** The loss of x. */
    double value(double[] input, double[] expected) {
        x.copyFrom(input);
        target.copyFrom(expected);
        binding.forward();
        return y.toArray()[0];
    }

    /** The gradient with respect to x, for a gradient {@code dy} of the loss. */
    double[] gradient(double[] input, double[] expected, double dy) {
        value(input, expected);
        double[] poison = new double[input.length];
        Arrays.fill(poison, Double.NaN);
        x.requireGrad().copyFrom(poison);
        y.requireGrad().copyFrom(dy);
        binding.backward();
        return x.requireGrad().toArray();
    }

    /** The fingerprint of the pieces on which x lies. */
    long kinks(double[] input, double[] expected) {
        value(input, expected);
        return binding.kinks();
    }

    @Override
    public void close() {
        binding.close();
        parameters.close();
        backend.close();
    }
}
