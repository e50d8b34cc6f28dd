package io.retrograd.backend.reference;

import io.retrograd.operation.EmbeddingSpec;
import io.retrograd.operation.SequenceOperations;

/** {@link SequenceOperations.Embedding}. */
final class ReferenceEmbedding extends ReferenceOp {
    private final EmbeddingSpec spec;
    private final ReferenceTensor x;
    private final ReferenceTensor w;
    private final ReferenceTensor y;
    private final int vocabulary;
    private final int dim;

    ReferenceEmbedding(SequenceOperations.Embedding o) {
        super(o.x());
        spec = o.spec();
        x = own(o.x());
        w = own(o.w());
        y = own(o.y());
        vocabulary = w.dim(0);
        dim = w.dim(1);
    }

    @Override
    public void forward() {
        for (int i = 0; i < x.size(); i++) {
            int index = index(i);
            boolean zero = spec.zeros() && index == spec.padding();
            for (int j = 0; j < dim; j++) {
                y.set(i * dim + j, zero ? 0 : w.get(index * dim + j));
            }
        }
    }

    @Override
    public void backward() {
        ReferenceTensor dw = gradient(w);
        ReferenceTensor dy = gradient(y);
        dw.fill(0);
        for (int i = 0; i < x.size(); i++) {
            int index = index(i);
            for (int j = 0; index != spec.padding() && j < dim; j++) {
                dw.add(index * dim + j, dy.get(i * dim + j));
            }
        }
    }

    private int index(int i) {
        double index = x.get(i);
        if (!(index >= 0 && index < vocabulary)) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected an index from 0 to %d, got %s at element %d",
                            x.name(), vocabulary - 1, index, i));
        }
        return (int) index;
    }
}
