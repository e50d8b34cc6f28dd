package io.retrograd.gradcheck;

import io.retrograd.backend.Binding;
import io.retrograd.tensor.Tensor;
import java.util.IdentityHashMap;

/**
 * How large a tensor's gradient typically is: the root mean square over its elements, or over those
 * of the output gradients from which an operation computes it, whichever is more.
 *
 * <p>The second matters where the true gradient is zero, as that of a bias before batch norm: what
 * is computed then is the rounding error of a sum of output gradients.
 */
final class Scales {
    private final IdentityHashMap<Tensor, Double> scales = new IdentityHashMap<>();

    /** The scales after a backward pass. */
    Scales(Subject subject) {
        for (Tensor tensor : subject.variables()) {
            raise(tensor, rootMeanSquare(tensor));
        }
        for (Binding.Node node : subject.binding().nodes()) {
            for (Tensor written : node.writes()) {
                double scale = rootMeanSquare(written);
                node.reads().forEach(read -> raise(read, scale));
            }
        }
    }

    /** The typical gradient of a variable. */
    double of(Tensor tensor) {
        return scales.getOrDefault(tensor, 0.0);
    }

    private void raise(Tensor tensor, double scale) {
        scales.merge(tensor, scale, Math::max);
    }

    /** Root mean square of a tensor's gradient; 0 if it has none. */
    static double rootMeanSquare(Tensor tensor) {
        if (tensor.grad() == null) {
            return 0;
        }
        double[] gradient = tensor.requireGrad().toArray();
        double sum = 0;
        for (double g : gradient) {
            sum += g * g;
        }
        return Math.sqrt(sum / gradient.length);
    }
}
