package io.retrograd.explain;

import io.retrograd.backend.Backend;
import io.retrograd.backend.Node;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.loss.Loss;
import io.retrograd.operation.RecurrentSpec;
import io.retrograd.operation.SequenceOperations.Recurrent;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The reach of a loss, back in one direction of a recurrent layer: the norm of its total gradient
 * with respect to the hidden state of each step, by the step's distance from the end.
 *
 * <pre>
 *   dL/dh[t] = ∂L/∂h[t] + (∂h[t+1]/∂h[t])ᵀ dL/dh[t+1]
 * </pre>
 *
 * It vanishes or explodes with distance d as ρᵈ, where ρ is the spectral radius of the Jacobian: of
 * w_hh in a plain RNN whose activation is near linear.
 *
 * <p>Sources: S. Hochreiter, Untersuchungen zu dynamischen neuronalen Netzen, 1991; R. Pascanu, T.
 * Mikolov, Y. Bengio, On the difficulty of training recurrent neural networks, ICML 2013.
 *
 * @param weight name of the recurrent weight, as in {@code 1.weight_hh_l0}
 * @param cell the layer's cell
 * @param steps by distance, from 0
 * @param fromEnd the same through the last step alone; equal where nothing else reads the others
 * @param spectralRadius the spectral radius of w_hh, for plain RNNs
 */
public record GradientFlow(
        String weight,
        RecurrentSpec.Cell cell,
        List<Step> steps,
        List<Step> fromEnd,
        OptionalDouble spectralRadius) {
    /**
     * All sequences at one distance from their end.
     *
     * @param distance steps to the sequence's last one, in the direction of the layer
     * @param sequences that are long enough
     * @param mean L2 norm over the hidden units, mean over the sequences
     * @param lower its first quartile
     * @param median its second
     * @param upper its third
     */
    public record Step(
            int distance, int sequences, double mean, double lower, double median, double upper) {}

    public GradientFlow {
        steps = List.copyOf(steps);
        fromEnd = List.copyOf(fromEnd);
    }

    /**
     * Measures every recurrent layer and direction of a network, in inference mode: without
     * dropout. Parameters stay; their gradients are those of these samples afterwards.
     *
     * @param loss on class labels
     * @param samples how many of the data set's first, at least 1
     * @throws IllegalArgumentException if the network has no recurrent layer, or does not take the
     *     data
     */
    public static List<GradientFlow> of(Model model, Loss loss, LabelledDataset data, int samples) {
        double[] x = samples(model, data, samples);
        Binder binder = new Binder(model.parameters(), BindOptions.inspect(/* training= */ false));
        Tensor input = model.network().input(binder, model.sampleShape().batch(samples));
        Tensor output = binder.keep(model.network().bind(binder, input));
        List<Recurrent> found =
                binder.nodes().stream()
                        .map(Node::operation)
                        .filter(Recurrent.class::isInstance)
                        .map(Recurrent.class::cast)
                        .toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "GradientFlow: expected a network with a recurrent layer, got none in "
                            + model.network());
        }
        Tensor target = loss.target(binder, output.shape());
        Tensor result = loss.bind(binder, output, target);
        double[] labels = labels(data, samples, target, output);
        try (Binding binding = binder.commit()) {
            input.copyFrom(x);
            target.copyFrom(labels);
            result.requireGrad().copyFrom(1);
            binding.forward();
            binding.backward();
            Backend backend = model.parameters().backend();
            return found.stream().flatMap(layer -> measure(backend, layer).stream()).toList();
        }
    }

    /** The first samples, which the network takes. */
    private static double[] samples(Model model, LabelledDataset data, int samples) {
        if (samples < 1 || samples > data.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            "GradientFlow: expected from 1 to %d samples, got %d",
                            data.size(), samples));
        }
        if (!data.sampleShape().equals(model.sampleShape())) {
            throw new IllegalArgumentException(
                    String.format(
                            "GradientFlow: expected samples %s, got %s",
                            model.sampleShape(), data.sampleShape()));
        }
        double[] x = new double[(int) data.sampleShape().batch(samples).size()];
        for (int n = 0; n < samples; n++) {
            data.sample(n, x, n * (x.length / samples));
        }
        model.predict(x); // Refuses what is no input.
        return x;
    }

    private static double[] labels(
            LabelledDataset data, int samples, Tensor target, Tensor output) {
        int classes = output.shape().dim(output.shape().rank() - 1);
        if (target.dtype() != DType.INT32 || data.classes() > classes) {
            throw new IllegalArgumentException(
                    String.format(
                            "GradientFlow: expected a loss on labels and at least %d outputs, got"
                                    + " %s and %d",
                            data.classes(), target, classes));
        }
        double[] labels = new double[samples];
        Arrays.setAll(labels, data::label);
        return labels;
    }

    private static List<GradientFlow> measure(Backend backend, Recurrent operation) {
        RecurrentSpec spec = operation.spec();
        List<GradientFlow> flows = new ArrayList<>();
        for (int d = 0; d < spec.directions(); d++) {
            List<Tensor> weights = operation.weights(d);
            Sequences sequences = new Sequences(operation, d);
            try (Unrolled unrolled = new Unrolled(backend, spec, sequences, weights)) {
                double[][][] states = unrolled.states();
                flows.add(
                        new GradientFlow(
                                weights.get(1).name(),
                                spec.cell(),
                                steps(sequences, unrolled.gradients(states, false)),
                                steps(sequences, unrolled.gradients(states, true)),
                                radius(spec, weights.get(1))));
            }
        }
        return flows;
    }

    private static OptionalDouble radius(RecurrentSpec spec, Tensor weight) {
        return spec.cell().gates() == 1
                ? OptionalDouble.of(SpectralRadius.of(weight.toArray(), spec.hidden()))
                : OptionalDouble.empty();
    }

    private static List<Step> steps(Sequences sequences, double[][] gradients) {
        int hidden = sequences.hidden();
        List<Step> steps = new ArrayList<>();
        for (int distance = 0; distance < sequences.steps(); distance++) {
            List<Double> norms = new ArrayList<>();
            for (int n = 0; n < sequences.batch(); n++) {
                int s = sequences.length(n) - 1 - distance;
                if (s >= 0) {
                    norms.add(norm(gradients[s], n * hidden, hidden));
                }
            }
            if (!norms.isEmpty()) {
                steps.add(step(distance, norms.stream().mapToDouble(v -> v).sorted().toArray()));
            }
        }
        return steps;
    }

    private static Step step(int distance, double[] norms) {
        return new Step(
                distance,
                norms.length,
                Arrays.stream(norms).average().orElse(0),
                quantile(norms, 0.25),
                quantile(norms, 0.5),
                quantile(norms, 0.75));
    }

    /** With linear interpolation, as PyTorch's. */
    private static double quantile(double[] sorted, double share) {
        double at = share * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    private static double norm(double[] values, int from, int count) {
        double largest = 0;
        for (int i = from; i < from + count; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
        }
        double sum = 0;
        for (int i = from; i < from + count && largest > 0; i++) {
            sum += values[i] / largest * (values[i] / largest);
        }
        return largest * Math.sqrt(sum);
    }

    /** Where it is and what it is, as in {@code GRU 1 reverse}. */
    public String label() {
        int dot = weight.lastIndexOf('.');
        String layer = dot < 0 ? "" : " " + weight.substring(0, dot);
        String number = weight.substring(dot + 1).replaceAll("weight_hh_l(\\d+).*", "$1");
        return cell.name().replace('_', ' ')
                + layer
                + (number.equals("0") ? "" : " l" + number)
                + (weight.endsWith("_reverse") ? " reverse" : "");
    }

    /** The flow through the last step alone. */
    public GradientFlow throughLastStep() {
        return new GradientFlow(weight, cell, fromEnd, fromEnd, spectralRadius);
    }

    /**
     * The factor a step by which the mean norm changes between two distances: the slope of the line
     * that fits its logarithm best.
     *
     * @param from first distance
     * @param to last distance, more than {@code from}
     * @return NaN where fewer than two norms are above 0 and finite
     */
    public double decay(int from, int to) {
        List<Step> fitted =
                steps.stream()
                        .filter(step -> step.distance >= from && step.distance <= to)
                        .filter(step -> step.mean > 0 && Double.isFinite(step.mean))
                        .toList();
        double meanDistance = fitted.stream().mapToInt(Step::distance).average().orElse(0);
        double products = 0;
        double squares = 0;
        for (Step step : fitted) {
            double x = step.distance - meanDistance;
            products += x * Math.log(step.mean);
            squares += x * x;
        }
        return squares > 0 ? Math.exp(products / squares) : Double.NaN;
    }
}
