package io.retrograd.layer;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A layer with many settings; equal to another of its class with the same ones.
 *
 * @param <S> all that a user can set
 * @param <L> the layer's own type, which the withers return
 */
abstract class Configured<S extends Record, L extends Configured<S, L>> implements Layer {
    final S settings;
    private final Function<S, L> with;

    /**
     * A layer.
     *
     * @param with makes the same layer with other settings
     */
    Configured(S settings, Function<S, L> with) {
        this.settings = settings;
        this.with = with;
    }

    /** The same layer with other settings. */
    final L with(S changed) {
        return with.apply(changed);
    }

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
