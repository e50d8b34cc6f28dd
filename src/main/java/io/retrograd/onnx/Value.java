package io.retrograd.onnx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a node reads or makes. */
sealed interface Value permits Constant, Flow {
    List<Dim> dims();

    /** Whether its elements are whole numbers. */
    boolean whole();

    /** The number of dimensions. */
    default int rank() {
        return dims().size();
    }

    /** The product of sizes from one dimension up to before another. */
    static Dim product(List<Dim> dims, int from, int to) {
        Dim product = Dim.of(1);
        for (int i = from; i < to; i++) {
            product = product.times(dims.get(i));
        }
        return product;
    }

    /** The number of elements. */
    default Dim count() {
        return product(dims(), 0, rank());
    }

    /** A dimension's number from 0 on; a negative one counts from the end. */
    default int axis(long axis) {
        return axis(axis, rank());
    }

    /** As {@link #axis(long)}, of this many dimensions. */
    static int axis(long axis, int rank) {
        if (axis < -rank || axis >= rank) {
            throw new IllegalArgumentException(
                    String.format("expected an axis of %d dimensions, got %d", rank, axis));
        }
        return (int) (axis < 0 ? axis + rank : axis);
    }

    /** What runs through the network; null for numbers that the file holds. */
    default @Nullable Flow flow() {
        return this instanceof Flow flow ? flow : null;
    }
}
