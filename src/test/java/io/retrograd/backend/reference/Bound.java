package io.retrograd.backend.reference;

import io.retrograd.backend.Node;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.Layer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * A layer bound on the reference backend with all gradients, for tests.
 *
 * <p>Before each pass everything that the pass must write is filled with NaN, so that a forgotten
 * element is found.
 */
public final class Bound implements AutoCloseable {
    private static final long SEED = 7;

    private final ReferenceBackend backend;
    private final Parameters parameters;
    private final Binding binding;
    private final Tensor x;
    private final Tensor y;

    /** Binds for training on one thread. */
    public Bound(Layer layer, Shape input) {
        this(layer, input, BindOptions.inspect(/* training= */ true), /* threads= */ 1);
    }

    public Bound(Layer layer, Shape input, BindOptions options, int threads) {
        backend = new ReferenceBackend(threads);
        parameters = new Parameters(backend, SEED);
        Binder binder = new Binder(parameters, options);
        x = binder.input(input);
        y = binder.keep(layer.bind(binder, x));
        binding = binder.commit();
    }

    public Tensor x() {
        return x;
    }

    public Tensor y() {
        return y;
    }

    public Binding binding() {
        return binding;
    }

    public Parameters parameters() {
        return parameters;
    }

    /** Sets a parameter or running statistic. */
    public Bound set(String name, double... values) {
        parameters.get(name).copyFrom(values);
        return this;
    }

    /** Runs forward on these values of x, and returns y. */
    public double[] forward(double... values) {
        for (Node node : binding.nodes()) {
            poison(node.writes());
            poison(node.op().saved());
        }
        x.copyFrom(values);
        binding.forward();
        return y.toArray();
    }

    /** Runs backward on this gradient of y, and returns that of x. */
    public double[] backward(double... dy) {
        for (Node node : binding.nodes()) {
            poisonGradients(node.writes());
            poisonGradients(node.reads());
        }
        y.requireGrad().copyFrom(dy);
        binding.backward();
        return x.requireGrad().toArray();
    }

    /** Values of a parameter or running statistic. */
    public double[] value(String name) {
        return parameters.get(name).toArray();
    }

    /** The gradient of a parameter. */
    public double[] gradient(String name) {
        return parameters.get(name).requireGrad().toArray();
    }

    @Override
    public void close() {
        binding.close();
        parameters.close();
        backend.close();
    }

    private static void poisonGradients(List<Tensor> tensors) {
        for (Tensor tensor : tensors) {
            if (tensor.grad() != null) {
                poison(List.of(tensor.requireGrad()));
            }
        }
    }

    private static void poison(Collection<Tensor> tensors) {
        for (Tensor tensor : tensors) {
            double[] nan = new double[Math.toIntExact(tensor.shape().size())];
            Arrays.fill(nan, Double.NaN);
            tensor.copyFrom(nan);
        }
    }
}
