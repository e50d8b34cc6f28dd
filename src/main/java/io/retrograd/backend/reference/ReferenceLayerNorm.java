package io.retrograd.backend.reference;

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

    ReferenceLayerNorm(
            double eps,
            ReferenceTensor x,
            ReferenceTensor w,
            ReferenceTensor b,
            ReferenceTensor y) {
        super(eps, x.size() / w.size(), x, w, b, y);
        elements = w.size();
    }

    @Override
    int parameter(int i) {
        return i % elements;
    }
}
