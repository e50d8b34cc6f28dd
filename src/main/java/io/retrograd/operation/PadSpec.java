package io.retrograd.operation;

import io.retrograd.tensor.Shape;
import java.util.List;

/**
 * Elements that are added at the ends of dimensions.
 *
 * @param mode what they are
 * @param value what they are with {@link Mode#CONSTANT}
 * @param amounts how many before and behind the last dimension, then the one before it, and so on;
 *     negative numbers take elements away
 */
public record PadSpec(Mode mode, double value, List<Integer> amounts) {
    private static final String NAME = "Pad";

    /** What the added elements are. */
    public enum Mode {
        /** One value. */
        CONSTANT,
        /** The input mirrored, without the elements at its ends. */
        REFLECT,
        /** The elements at the input's ends. */
        REPLICATE
    }

    public PadSpec {
        amounts = List.copyOf(amounts);
        if (amounts.isEmpty() || amounts.size() % 2 != 0) {
            throw new IllegalArgumentException(
                    NAME + ": expected two numbers for each dimension, got " + amounts);
        }
        if (Double.isNaN(value)) {
            throw new IllegalArgumentException(NAME + ": expected a value, got NaN");
        }
    }

    /**
     * The shape of y.
     *
     * @throws IllegalArgumentException if x has too few dimensions or elements
     */
    public Shape outputShape(Shape x) {
        List<SamplingAxis> axes = axes(x);
        Shape y = x;
        for (int i = 0; i < x.rank(); i++) {
            y = y.with(i, axes.get(i).out());
        }
        return y;
    }

    /** One for each dimension of x. */
    List<SamplingAxis> axes(Shape x) {
        int padded = amounts.size() / 2;
        if (padded > x.rank()) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected input of at least %d dimensions, got %s",
                            NAME, padded, x));
        }
        List<SamplingAxis> axes = Samplings.identities(x);
        for (int i = 0; i < padded; i++) {
            int d = x.rank() - 1 - i;
            axes.set(d, axis(x, d, amounts.get(2 * i), amounts.get(2 * i + 1)));
        }
        return axes;
    }

    private SamplingAxis axis(Shape x, int d, int before, int behind) {
        int in = x.dim(d);
        long out = (long) in + before + behind;
        boolean mirrors = mode != Mode.REFLECT || Math.max(before, behind) < in;
        if (out < 1 || out > Shape.MOST_ELEMENTS || !mirrors) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected padding %s dimension %d of %s, got %d and %d",
                            NAME, mirrors ? "that fits" : "smaller than", d, x, before, behind));
        }
        SamplingAxis.Kind kind =
                switch (mode) {
                    case CONSTANT -> SamplingAxis.Kind.SHIFT;
                    case REFLECT -> SamplingAxis.Kind.REFLECT;
                    case REPLICATE -> SamplingAxis.Kind.REPLICATE;
                };
        return new SamplingAxis(kind, in, (int) out, before);
    }
}
