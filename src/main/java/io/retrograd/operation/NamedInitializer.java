package io.retrograd.operation;

import io.retrograd.tensor.Shape;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** An initializer with a name for texts; equal names mean equal values. */
record NamedInitializer(String name, Initializer values) implements Initializer {
    @Override
    public IntToDoubleFunction elements(Shape shape, long seed, long stream) {
        return values.elements(shape, seed, stream);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NamedInitializer named && named.name.equals(name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
