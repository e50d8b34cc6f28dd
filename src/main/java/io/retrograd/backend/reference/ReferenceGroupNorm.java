package io.retrograd.backend.reference;

/**
 * Group normalisation: a row is a group of neighbouring channels of a sample.
 *
 * <pre>
 *   x, y (N, C, inner...)    w, b (C)        a row: C/groups channels with all their positions
 * </pre>
 *
 * Source: Y. Wu, K. He, Group normalization, ECCV 2018.
 */
final class ReferenceGroupNorm extends ReferenceRowNorm {
    private final int channels;
    private final int inner;

    ReferenceGroupNorm(
            int groups,
            double eps,
            ReferenceTensor x,
            ReferenceTensor w,
            ReferenceTensor b,
            ReferenceTensor y) {
        super(eps, x.dim(0) * groups, x, w, b, y);
        channels = x.dim(1);
        inner = Reference.product(x, 2, x.shape().rank());
    }

    @Override
    int parameter(int i) {
        return i / inner % channels;
    }
}
