package io.retrograd.gradcheck;

import io.retrograd.backend.Node;
import io.retrograd.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * The size of a tensor's gradient: over its elements, or over those of the output gradients from
 * which an operation computes it, whichever is more.
 *
 * <p>The second matters where the true gradient is zero, as that of a bias before batch norm: what
 * is computed then is the rounding error of a sum of output gradients.
 */
final class Scales {
    private final IdentityHashMap<Tensor, Double> scales = new IdentityHashMap<>();
    private final ToDoubleFunction<double[]> norm;

    private Scales(Subject subject, ToDoubleFunction<double[]> norm) {
        this.norm = norm;
        for (Tensor tensor : subject.variables()) {
            raise(tensor, scale(tensor));
        }
        for (Node node : subject.binding().nodes()) {
            for (Tensor written : node.writes()) {
                double scale = scale(written);
                node.reads().forEach(read -> raise(read, scale));
            }
        }
    }

    /** Typical sizes after a backward pass: root mean squares. */
    static Scales typical(Subject subject) {
        return new Scales(subject, Scales::rootMeanSquare);
    }

    /** The largest elements after a backward pass. */
    static Scales largest(Subject subject) {
        return new Scales(subject, Scales::largest);
    }

    /** The size of a variable's gradient. */
    double of(Tensor tensor) {
        return scales.getOrDefault(tensor, 0.0);
    }

    private void raise(Tensor tensor, double scale) {
        scales.merge(tensor, scale, Math::max);
    }

    private double scale(Tensor tensor) {
        return tensor.grad() == null ? 0 : norm.applyAsDouble(tensor.requireGrad().toArray());
    }

    static double rootMeanSquare(double[] values) {
        return Math.sqrt(DoubleStream.of(values).map(x -> x * x).sum() / values.length);
    }

    static double largest(double[] values) {
        return DoubleStream.of(values).map(Math::abs).max().orElse(0);
    }
}
