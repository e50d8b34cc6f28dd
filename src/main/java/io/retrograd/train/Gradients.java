package io.retrograd.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one forward and backward pass of a {@link GradientPass} computed: values, and the gradient
 * of L with respect to each parameter, each input of numbers, and each activation that was asked
 * for. L is the loss, or the sum of outputs times weights where weights were passed in its place.
 *
 * <p>A copy in float64, row-major: later passes do not change it.
 */
public final class Gradients {
    private final double loss;
    private final Map<String, double[]> outputs;
    private final Map<String, double[]> parameters;
    private final Map<String, double[]> inputs;
    private final Map<String, double[]> activations;
    private final Map<String, double[]> activationGradients;

    private Gradients(
            double loss,
            Map<String, double[]> outputs,
            Map<String, double[]> parameters,
            Map<String, double[]> inputs,
            Map<String, double[]> activations,
            Map<String, double[]> activationGradients) {
        this.loss = loss;
        this.outputs = outputs;
        this.parameters = parameters;
        this.inputs = inputs;
        this.activations = activations;
        this.activationGradients = activationGradients;
    }

    /** A copy of what a network's tensors hold. */
    static Gradients of(
            double loss,
            Readings outputs,
            Readings parameters,
            Readings inputs,
            Readings activations) {
        return new Gradients(
                loss,
                outputs.values(),
                parameters.gradients(),
                inputs.gradients(),
                activations.values(),
                activations.gradients());
    }

    /** L, the sum over all losses without penalties. */
    public double loss() {
        return loss;
    }

    /** The network's only output. */
    public double[] output() {
        return Named.only("output", outputs).clone();
    }

    /** An output of the network. */
    public double[] output(String name) {
        return get("output", outputs, name);
    }

    /** The names of all parameters. */
    public List<String> parameters() {
        return List.copyOf(parameters.keySet());
    }

    /** The gradient dL/dw of a parameter. */
    public double[] parameter(String name) {
        return get("existing parameter", parameters, name);
    }

    /** The gradient dL/dx of the only input. */
    public double[] input() {
        return Named.only("input", inputs).clone();
    }

    /**
     * The gradient of an input.
     *
     * @throws IllegalArgumentException if there is none of this name, or it takes tokens
     */
    public double[] input(String name) {
        return get("input of numbers", inputs, name);
    }

    /** The values of an activation that was asked for, by the path of its layer. */
    public double[] activation(String path) {
        return get("activation", activations, path);
    }

    /** The gradient dL/da of an activation that was asked for. */
    public double[] activationGradient(String path) {
        return get("activation with a gradient", activationGradients, path);
    }

    /** The Euclidean norm of the gradients of all parameters together. */
    public double norm() {
        return norm(parameters);
    }

    /** The Euclidean norm of arrays together, without overflow. */
    static double norm(Map<String, double[]> arrays) {
        double norm = 0;
        for (double[] values : arrays.values()) {
            for (double value : values) {
                norm = Math.hypot(norm, value);
            }
        }
        return norm;
    }

    /**
     * The weighted mean of passes over several batches: losses and the gradients of parameters.
     * With a loss that is a mean over samples and the batches' sizes as weights it is that of the
     * batches in one, where layers treat each sample alone. Inputs, outputs and activations belong
     * to one batch; the mean has none.
     *
     * @param weights one a pass, not negative, their sum above 0
     */
    public static Gradients mean(List<Gradients> passes, double... weights) {
        if (passes.isEmpty() || passes.size() != weights.length) {
            throw new IllegalArgumentException(
                    String.format(
                            "Gradients: expected at least 1 pass and a weight for each, got %d and"
                                    + " %d",
                            passes.size(), weights.length));
        }
        double total = 0;
        for (double weight : weights) {
            if (!(weight >= 0)) {
                throw new IllegalArgumentException(
                        "Gradients: expected weights of 0 or more, got " + weight);
            }
            total += weight;
        }
        if (!(total > 0)) {
            throw new IllegalArgumentException("Gradients: expected a weight above 0, got none");
        }
        double loss = 0;
        Map<String, double[]> sums = new LinkedHashMap<>();
        for (int i = 0; i < weights.length; i++) {
            double share = weights[i] / total;
            Gradients pass = passes.get(i);
            loss += share * pass.loss;
            passes.get(0)
                    .parameters
                    .forEach((name, like) -> add(share, pass.parameter(name), sums, name));
        }
        return new Gradients(loss, Map.of(), sums, Map.of(), Map.of(), Map.of());
    }

    private static void add(double share, double[] part, Map<String, double[]> sums, String name) {
        double[] sum = sums.computeIfAbsent(name, it -> new double[part.length]);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += share * part[i];
        }
    }

    private static double[] get(String what, Map<String, double[]> arrays, String name) {
        double[] values = arrays.get(name);
        if (values == null) {
            throw new IllegalArgumentException(
                    String.format(
                            "Gradients: expected the name of an %s, one of %s, got %s",
                            what, new ArrayList<>(arrays.keySet()), name));
        }
        return values.clone();
    }
}
