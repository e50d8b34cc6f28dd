package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Poolings;
import io.retrograd.tensor.Tensor;
import java.util.function.Function;

/**
 * Average pooling of any rank: the mean of each window.
 *
 * @param <L> the layer's own type
 */
public abstract class AveragePooling<L extends AveragePooling<L>> extends Pooling<L> {
    AveragePooling(Settings settings, Function<Settings, L> with) {
        super(settings, with);
    }

    /** The same where padding counts as zeros, or where the mean is over the input only. */
    public L countIncludePad(boolean countIncludePad) {
        return with(new Settings(settings.spec(), countIncludePad));
    }

    @Override
    public final Tensor bind(Binder binder, Tensor x) {
        return binder.record(
                        to ->
                                new Poolings.AveragePooling(
                                        settings.spec(), settings.countIncludePad(), x, to))
                .y();
    }
}
