package io.retrograd.operation;

import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A recorded operation: what is computed, from which tensors, into which.
 *
 * <p>All that anybody has to know of an operation without running it stands at its record, once:
 * planners, checks, tables and walkthroughs read it there. What it computes is documented at {@link
 * Operations}, on which {@link #make} makes the {@link Op} that runs.
 *
 * <p>Constructors refuse tensors that do not fit with {@link IllegalArgumentException}.
 */
public sealed interface Operation
        permits Products,
                Poolings,
                Normalizations,
                Elementwise,
                Arrangements,
                SequenceOperations,
                Losses,
                Operation.Custom {
    /** Its name for people, that of the layer which asks for it: {@code Conv2d}, {@code Relu}. */
    String name();

    /** What it writes; the first where that is several tensors. */
    Tensor y();

    /** Inputs and parameters, in the order of the record. */
    List<Tensor> reads();

    /** Outputs. */
    default List<Tensor> writes() {
        return List.of(y());
    }

    /** Those of {@link #reads} in which it is linear, apart from a constant, the others held. */
    default List<Tensor> linearIn() {
        return List.of();
    }

    /** Multiplications of matrix products in forward; the others are few beside them. */
    default long multiplyAdds() {
        return 0;
    }

    /**
     * Has a backend make it.
     *
     * @param random of the model, from which dropout draws
     */
    Op make(Operations on, RandomState random);

    /** The same over the tensors that stand for these. */
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
        public List<Tensor> reads() {
            return join(List.of(x), parameters);
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.custom(this);
        }
    }

    /** Those that there are. */
    static List<Tensor> present(@Nullable Tensor... tensors) {
        List<Tensor> present = new ArrayList<>();
        for (Tensor tensor : tensors) {
            if (tensor != null) {
                present.add(tensor);
            }
        }
        return present;
    }

    /** Lists one behind the other. */
    @SafeVarargs
    static List<Tensor> join(List<Tensor>... lists) {
        List<Tensor> joined = new ArrayList<>();
        for (List<Tensor> list : lists) {
            joined.addAll(list);
        }
        return joined;
    }
}
