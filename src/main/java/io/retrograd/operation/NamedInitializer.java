package io.retrograd.operation;

import io.retrograd.tensor.Shape;
import java.util.function.IntToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An initializer with a name for texts; equal names mean equal values. */
record NamedInitializer(String name, Initializer values) implements Initializer {
    private static final Pattern NUMBERED =
            Pattern.compile("(constant|uniform|normal)\\(([-+.0-9E]{1,30})\\)");

    /** The initializer of a name with a number. */
    static Initializer withNumber(String text) {
        Matcher parts = NUMBERED.matcher(text);
        try {
            if (parts.matches()) {
                double number = Double.parseDouble(parts.group(2));
                return switch (parts.group(1)) {
                    case "constant" -> Initializer.constant(number);
                    case "uniform" -> Initializer.uniform(number);
                    default -> Initializer.normal(number);
                };
            }
        } catch (NumberFormatException e) {
            // It is none.
        }
        throw new IllegalArgumentException(
                "Initializer: expected the name of one, as in kaimingUniform or normal(0.01), got "
                        + text);
    }

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
