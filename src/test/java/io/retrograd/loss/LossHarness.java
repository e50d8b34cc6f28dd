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
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One loss bound to the reference backend. Its gradient is filled with NaN before each pass.
 * Several outputs, and their gradients, are given one behind the other.
 */
final class LossHarness implements AutoCloseable {
    private final Backend backend = Backends.open("reference", "float64", 1);
    private final Parameters parameters = new Parameters(backend, 0);
    private final Binding binding;
    private final List<Tensor> xs;
    private final @Nullable Tensor target;
    private final Tensor y;

    LossHarness(JointLoss loss, Shape... shapes) {
        Binder binder = new Binder(parameters, BindOptions.inspect(/* training= */ true));
        xs = Stream.of(shapes).map(binder::input).toList();
        target = loss.target(binder, List.of(shapes));
        y = loss.bind(binder, xs, target);
        binding = binder.commit();
    }

    /** The loss of x. */
    double value(double[] input, double[] expected) {
        int from = 0;
        for (Tensor x : xs) {
            int size = (int) x.shape().size();
            x.copyFrom(Arrays.copyOfRange(input, from, from + size));
            from += size;
        }
        if (target != null) {
            target.copyFrom(expected);
        }
        binding.forward();
        return y.toArray()[0];
    }

    /** The gradient with respect to x, for a gradient {@code dy} of the loss. */
    double[] gradient(double[] input, double[] expected, double dy) {
        value(input, expected);
        for (Tensor x : xs) {
            double[] poison = new double[(int) x.shape().size()];
            Arrays.fill(poison, Double.NaN);
            x.requireGrad().copyFrom(poison);
        }
        y.requireGrad().copyFrom(dy);
        binding.backward();
        return xs.stream()
                .flatMapToDouble(x -> DoubleStream.of(x.requireGrad().toArray()))
                .toArray();
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
