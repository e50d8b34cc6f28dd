package io.retrograd.onnx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an operator of ONNX is here. */
@FunctionalInterface
interface Operator {
    /**
     * Adds to the network what computes the outputs, or computes them.
     *
     * @return the outputs, null for those that are not wanted; may be fewer
     * @throws UnsupportedException if it cannot be had here
     * @throws IllegalArgumentException if the node makes no sense
     */
    List<@Nullable Value> apply(Call call);

    /** An operator of one output. */
    static Operator one(One operator) {
        return call -> List.of(operator.apply(call));
    }

    /** As {@link Operator}, of one output. */
    @FunctionalInterface
    interface One {
        Value apply(Call call);
    }
}
