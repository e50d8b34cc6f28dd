package io.retrograd.backend.reference;

import io.retrograd.operation.Normalizations;
import io.retrograd.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Layer and root mean square normalisation: a row is a sample's trailing dimensions.
 *
 * <pre>
 *   x, y (outer..., normalized...)    w, b (normalized...)
 * </pre>
 *
 * Sources: J. L. Ba, J. R. Kiros, G. E. Hinton, Layer normalization, 2016; B. Zhang, R. Sennrich,
 * Root mean square layer normalization, NeurIPS 2019.
 */
final class ReferenceLayerNorm extends ReferenceRowNorm {
    private final int elements;

    ReferenceLayerNorm(Normalizations.LayerNorm o) {
        this(o, o.eps(), o.w(), o.b());
    }

    /** By the root mean square. */
    ReferenceLayerNorm(Normalizations.RmsNorm o) {
        this(o, o.eps(), o.w(), null);
    }

    private ReferenceLayerNorm(Normalizations o, double eps, Tensor w, @Nullable Tensor b) {
        super(o, eps, (int) (o.x().shape().size() / w.shape().size()), w, b);
        elements = own(w).size();
    }

    @Override
    int parameter(int i) {
        return i % elements;
    }
}
