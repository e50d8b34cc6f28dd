package io.retrograd.backend.reference;

import io.retrograd.operation.Normalizations;

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

    ReferenceGroupNorm(Normalizations.GroupNorm o) {
        super(o, o.eps(), o.x().shape().dim(0) * o.groups(), o.w(), o.b());
        channels = own(o.x()).dim(1);
        inner = product(own(o.x()), 2, o.x().shape().rank());
    }

    @Override
    int parameter(int i) {
        return i / inner % channels;
    }
}
