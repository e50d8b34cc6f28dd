package io.retrograd.gradcheck;

import io.retrograd.backend.Node;
import io.retrograd.operation.Arrangements;
import io.retrograd.operation.SequenceOperations;
import io.retrograd.tensor.Tensor;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * The size of a tensor's gradient: over its elements, or over those of the output gradients from
 * which an operation computes it, whichever is more.
 *
 * <p>The second matters where the true gradient is zero, as that of a bias before batch norm: what
 * is computed then is the rounding error of a sum of output gradients. The gates of recurrent
 * layers are numbers up to 1, which saturate: where one is 0, what is computed is its last digit
 * times all that the layer reads, which the operations before it pass on.
 */
final class Scales {
    private final IdentityHashMap<Tensor, Double> scales = new IdentityHashMap<>();
    private final ToDoubleFunction<double[]> norm;

    private Scales(Subject subject, ToDoubleFunction<double[]> norm) {
        this.norm = norm;
        for (Tensor tensor : subject.variables()) {
            raise(tensor, scale(tensor));
        }
        List<Node> nodes = subject.binding().nodes();
        for (int i = nodes.size() - 1; i >= 0; i--) {
            Node node = nodes.get(i);
            boolean passesOn =
                    node.operation() instanceof Arrangements
                            || node.operation() instanceof SequenceOperations;
            double factor = isSaturating(node) ? Math.max(1, largestRead(node)) : 1;
            for (Tensor written : node.writes()) {
                double scale = passesOn ? Math.max(of(written), scale(written)) : scale(written);
                node.reads().forEach(read -> raise(read, factor * scale));
            }
        }
    }

    /**
     * Whether an operation computes with functions that are rounded as 1 is, also where they are 0.
     */
    static boolean isSaturating(Node node) {
        return node.operation() instanceof SequenceOperations.Recurrent;
    }

    private double largestRead(Node node) {
        return node.reads().stream()
                .filter(tensor -> tensor.grad() != null)
                .mapToDouble(tensor -> norm.applyAsDouble(tensor.toArray()))
                .max()
                .orElse(1);
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
