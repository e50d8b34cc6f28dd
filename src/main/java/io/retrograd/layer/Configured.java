package io.retrograd.layer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layer with many settings; equal to another of its class with the same ones.
 *
 * @param <S> all that a user can set
 * @param <L> the layer's own type, which the withers return
 */
abstract class Configured<S extends Record, L extends Configured<S, L>> implements Layer {
    final S settings;

    Configured(S settings) {
        this.settings = settings;
    }

    /** The same layer with other settings. */
    abstract L with(S changed);

    /** The parts of the layer's text: what is required, and what differs from the defaults. */
    abstract List<String> parts();

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof Configured<?, ?> layer
                && getClass() == layer.getClass()
                && settings.equals(layer.settings);
    }

    @Override
    public final int hashCode() {
        return settings.hashCode();
    }

    @Override
    public final String toString() {
        return kind() + "(" + String.join(", ", parts()) + ")";
    }
}
