package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Poolings;
import io.retrograd.tensor.Tensor;
import java.util.function.Function;

/**
 * Max pooling of any rank: the largest element of each window. The first of equal elements gets the
 * gradient; padding never wins; NaN does.
 *
 * @param <L> the layer's own type
 */
public abstract class MaxPooling<L extends MaxPooling<L>> extends Pooling<L> {
    MaxPooling(Settings settings, Function<Settings, L> with) {
        super(settings, with);
    }

    /** The same with this distance of neighbouring window elements. */
    public L dilation(int... dilation) {
        return withDilation(dilation);
    }

    @Override
    public final Tensor bind(Binder binder, Tensor x) {
        return binder.record(to -> new Poolings.MaxPooling(settings.spec(), x, to)).y();
    }
}
