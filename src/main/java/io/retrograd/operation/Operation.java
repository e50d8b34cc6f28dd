package io.retrograd.operation;

import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A recorded operation: a specification, and the tensors that it reads and writes.
 *
 * <p>The record states, once, all there is to know about an operation without running it: planners,
 * checks, tables and walkthroughs read it there. {@link Operations} documents what it computes;
 * {@link #make} makes the {@link Op} that runs.
 *
 * <p>Constructors refuse tensors that do not fit with {@link IllegalArgumentException}.
 */
public sealed interface Operation
        permits Products,
                Poolings,
                Normalizations,
                Elementwise,
                Arrangements,
                Samplings,
                SequenceOperations,
                Losses,
                Operation.Custom {
    /** The name that users know, of the layer that asks for it: {@code Conv2d}, {@code Relu}. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** The output; the first of several. */
    Tensor y();

    /** Inputs and parameters: the tensors of the record but the outputs, in its order. */
    default List<Tensor> reads() {
        List<Tensor> reads = Components.tensors(this);
        reads.removeAll(writes());
        return reads;
    }

    /** Outputs. */
    default List<Tensor> writes() {
        return List.of(y());
    }

    /**
     * Those of {@link #reads} in which the operation is linear, apart from a constant, while the
     * others are fixed.
     */
    default List<Tensor> linearIn() {
        return List.of();
    }

    /**
     * Whether it is linear in all of {@link #linearIn} together, and not only in each by itself.
     */
    default boolean linearTogether() {
        return false;
    }

    /** Multiplications of matrix products in forward; other multiplications are not counted. */
    default long multiplyAdds() {
        return 0;
    }

    /**
     * Makes the operation on a backend.
     *
     * @param random the model's random numbers, from which dropout draws
     */
    Op make(Operations on, RandomState random);

    /** The same operation on the tensors that {@code of} gives for its own. */
    default Operation over(UnaryOperator<Tensor> of) {
        return Components.over(this, of);
    }

    /** A user's function of x, with its parameters. */
    record Custom(
            CustomFunction function, boolean surrogate, Tensor x, List<Tensor> parameters, Tensor y)
            implements Operation {
        public Custom {
            parameters = List.copyOf(parameters);
        }

        public Custom(
                CustomFunction function,
                boolean surrogate,
                Tensor x,
                List<Tensor> parameters,
                Outputs to) {
            this(
                    function,
                    surrogate,
                    x,
                    parameters,
                    to.output(
                            function.name(),
                            function.outputShape(x.shape()),
                            join(List.of(x), parameters)));
        }

        @Override
        public String name() {
            return function.name();
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.custom(this);
        }
    }

    /** The tensors that are not null. */
    static List<Tensor> present(@Nullable Tensor... tensors) {
        List<Tensor> present = new ArrayList<>();
        for (Tensor tensor : tensors) {
            if (tensor != null) {
                present.add(tensor);
            }
        }
        return present;
    }

    /** Concatenates lists. */
    @SafeVarargs
    static List<Tensor> join(List<Tensor>... lists) {
        List<Tensor> joined = new ArrayList<>();
        for (List<Tensor> list : lists) {
            joined.addAll(list);
        }
        return joined;
    }
}
