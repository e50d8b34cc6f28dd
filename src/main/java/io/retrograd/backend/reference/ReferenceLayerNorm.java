package io.retrograd.backend.reference;

import io.retrograd.operation.Normalizations;

/**
 * Layer normalisation: a row is a sample's trailing dimensions.
 *
 * <pre>
 *   x, y (outer..., normalized...)    w, b (normalized...)
 * </pre>
 *
 * Source: J. L. Ba, J. R. Kiros, G. E. Hinton, Layer normalization, 2016.
 */
final class ReferenceLayerNorm extends ReferenceRowNorm {
    private final int elements;

    ReferenceLayerNorm(Normalizations.LayerNorm o) {
        super(o, o.eps(), (int) (o.x().shape().size() / o.w().shape().size()), o.w(), o.b());
        elements = own(o.w()).size();
    }

    @Override
    int parameter(int i) {
        return i % elements;
    }
}
