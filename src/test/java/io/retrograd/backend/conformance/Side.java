package io.retrograd.backend.conformance;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Parameters;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.Layer;
import io.retrograd.loss.JointLoss;
import io.retrograd.optim.Optimizer;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A network, perhaps with a loss behind it, bound to a backend. */
public final class Side implements AutoCloseable {
    private static final long SEED = 7;

    private final Parameters parameters;
    private final Binding binding;
    private final Tensor x;
    private final Tensor y;
    private final @Nullable Tensor target;

    public Side(
            Backend backend,
            Layer layer,
            Shape shape,
            @Nullable JointLoss loss,
            BindOptions options) {
        parameters = new Parameters(backend, SEED);
        Binder binder = new Binder(parameters, options);
        x = layer.input(binder, shape);
        Tensor output = layer.bind(binder, x);
        target = loss == null ? null : loss.target(binder, List.of(output.shape()));
        y = binder.keep(loss == null ? output : loss.bind(binder, List.of(output), target));
        binding = binder.commit();
        parameters.setControl(/* learningRate= */ 0.1, /* step= */ 1);
    }

    public Parameters parameters() {
        return parameters;
    }

    public Binding binding() {
        return binding;
    }

    public Tensor x() {
        return x;
    }

    public Tensor y() {
        return y;
    }

    /** Sets what the next step starts from. */
    public void set(double[] input, double[] expected) {
        x.copyFrom(input);
        if (target != null) {
            target.copyFrom(expected);
        }
    }

    /** Output, gradients, parameters and running statistics by name. */
    public Map<String, Tensor> results() {
        Map<String, Tensor> results = new LinkedHashMap<>();
        results.put("output", y);
        addGradient(results, x);
        parameters.tensors().forEach(parameter -> addGradient(results, parameter));
        results.putAll(parameters.named());
        return results;
    }

    private void addGradient(Map<String, Tensor> results, Tensor tensor) {
        if (y.grad() != null && tensor.grad() != null) {
            results.put(tensor.name() + ".grad", tensor.requireGrad());
        }
    }

    /** Runs a step of an optimizer, if there is one. */
    void update(@Nullable Optimizer optimizer) {
        if (optimizer != null) {
            optimizer.bind(parameters).run();
        }
    }

    @Override
    public void close() {
        binding.close();
        parameters.close();
    }
}
