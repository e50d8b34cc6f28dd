package io.retrograd.backend.onednn;

import io.retrograd.operation.EmbeddingSpec;
import io.retrograd.operation.SequenceOperations;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;

/** {@link SequenceOperations.Embedding}; sums gradients in the order of the indices. */
final class OneDnnEmbedding extends OneDnnOp {
    private final EmbeddingSpec spec;
    private final OneDnnTensor x;
    private final OneDnnTensor w;
    private final OneDnnTensor y;
    private final int vocabulary;
    private final int dim;
    private final float[] row;
    private final float[] sum;

    OneDnnEmbedding(SequenceOperations.Embedding o) {
        super(o, "embedding " + o.spec() + o.x().shape() + o.w().shape());
        spec = o.spec();
        x = own(o.x());
        w = own(o.w());
        y = own(o.y());
        vocabulary = w.shape().dim(0);
        dim = w.shape().dim(1);
        row = new float[dim];
        sum = new float[dim];
    }

    @Override
    void prepare(Planner planner) {
        y.layout(y.plain());
        forwardPass().add("embedding", this::gather, x, w);
        forwardPass().writes(y);
        if (planner.gradients() && y.gradient() != null) {
            backwardPass().add("embedding", this::scatter, x);
            backwardPass().writes(w.requireGradient());
        }
    }

    private void gather() {
        for (int i = 0; i < x.size(); i++) {
            int index = index(i);
            if (spec.zeros() && index == spec.padding()) {
                Arrays.fill(row, 0);
            } else {
                w.get(index * dim, row, dim);
            }
            y.set(i * dim, row, dim);
        }
    }

    private void scatter() {
        OneDnnTensor dw = w.requireGradient();
        OneDnnTensor dy = y.requireGradient();
        Pointer.memset(dw.pointer(), 0, dw.bytes());
        for (int i = 0; i < x.size(); i++) {
            int index = index(i);
            if (index == spec.padding()) {
                continue;
            }
            dy.get(i * dim, row, dim);
            dw.get(index * dim, sum, dim);
            for (int j = 0; j < dim; j++) {
                sum[j] += row[j];
            }
            dw.set(index * dim, sum, dim);
        }
    }

    private int index(int i) {
        int index = OneDnnLengths.index(x, i);
        if (index < 0 || index >= vocabulary) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected an index from 0 to %d, got %d at element %d",
                            x.name(), vocabulary - 1, index, i));
        }
        return index;
    }
}
