package io.retrograd.backend.onednn;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;

/**
 * {@link UpdateRule.ClipNorm}. Sums in float64 and in one order, on the calling thread: oneDNN's
 * reductions are slower and add in float32.
 */
final class OneDnnClipNorm implements Update {
    private static final double EPS = 1e-6;
    private static final int CHUNK = 1 << 13;

    private final double maxNorm;
    private final OneDnnTensor[] gradients;
    private final FloatBuffer[] elements;
    private final float[] chunk = new float[CHUNK];
    private final OneDnnTensor scale;
    private final Sweep sweep;

    OneDnnClipNorm(Engine engine, UpdateRule.ClipNorm rule, Selection parameters) {
        maxNorm = rule.maxNorm();
        List<Tensor> list = parameters.tensors().stream().map(Tensor::requireGrad).toList();
        gradients = OneDnnOp.own(list).toArray(OneDnnTensor[]::new);
        elements =
                Arrays.stream(gradients)
                        .map(dw -> dw.buffer().asFloatBuffer())
                        .toArray(FloatBuffer[]::new);
        scale = new Scalars(engine, 1).get(0);
        sweep = new Sweep(List.of(list), piece -> List.of(Vectors.scale(piece.get(0), scale)));
    }

    @Override
    public void run() {
        double squares = 0;
        for (int k = 0; k < gradients.length; k++) {
            gradients[k].checkOpen();
            squares += squares(elements[k]);
        }
        double norm = Double.isInfinite(squares) ? Double.NaN : Math.sqrt(squares);
        double factor = Math.min(1, maxNorm / (norm + EPS));
        if (Double.isNaN(factor)) {
            spoil();
        } else if (factor != 1) {
            scale.set(0, factor);
            sweep.run();
        }
    }

    /** The sum of all squares in a tensor's memory; padding is 0. */
    private double squares(FloatBuffer x) {
        double sum = 0;
        for (int from = 0; from < x.capacity(); from += CHUNK) {
            int count = Math.min(CHUNK, x.capacity() - from);
            x.get(from, chunk, 0, count);
            sum += OneDnnDescent.squares(chunk, count);
        }
        return sum;
    }

    /** NaN in every element, and in none of the memory between: the sweep would fill that too. */
    private void spoil() {
        for (OneDnnTensor dw : gradients) {
            double[] values = new double[dw.size()];
            Arrays.fill(values, Double.NaN);
            dw.copyFrom(values);
        }
    }
}
