package io.retrograd.train;

import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.List;

/** The gradients of a training step, within a {@link GradientHook}: read and changed in place. */
public final class StepGradients {
    private final Model model;

    StepGradients(Model model) {
        this.model = model;
    }

    /** The number of the update that follows, from 1. */
    public long step() {
        return model.steps();
    }

    /** The names of all parameters, as in {@code 3.body.1.weight}. */
    public List<String> names() {
        return model.parameters().tensors().stream().map(Tensor::name).toList();
    }

    /**
     * A copy of a parameter's gradient, row-major.
     *
     * @throws IllegalArgumentException if there is no parameter of this name
     */
    public double[] get(String name) {
        return gradient(name).toArray();
    }

    /** A copy of a parameter. */
    public double[] parameter(String name) {
        return model.parameters().get(name).toArray();
    }

    /**
     * Sets a parameter's gradient.
     *
     * @param values as many as it has, finite, row-major. Not modified.
     * @throws IllegalArgumentException for another count, NaN or an infinity, an unknown name
     */
    public void set(String name, double... values) {
        gradient(name).copyFromFinite(values);
    }

    /** Multiplies a parameter's gradient. */
    public void scale(String name, double factor) {
        set(name, Arrays.stream(get(name)).map(g -> factor * g).toArray());
    }

    /** The Euclidean norm of a parameter's gradient. */
    public double norm(String name) {
        double norm = 0;
        for (double g : get(name)) {
            norm = Math.hypot(norm, g);
        }
        return norm;
    }

    private Tensor gradient(String name) {
        Tensor gradient = model.parameters().get(name).grad();
        if (gradient == null) {
            throw new IllegalArgumentException(
                    name + ": expected a parameter, got a running statistic");
        }
        return gradient;
    }
}
