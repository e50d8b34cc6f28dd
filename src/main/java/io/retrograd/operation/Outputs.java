package io.retrograd.operation;

import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the tensors that an operation writes while it is being recorded. */
public interface Outputs {
    /**
     * An output, with a gradient if there are any and something that the operation reads has one.
     *
     * @param operation its name
     */
    Tensor output(String operation, Shape shape, List<Tensor> reads);

    /** The same for tensors of which some may be absent. */
    default Tensor output(String operation, Shape shape, @Nullable Tensor... reads) {
        return output(operation, shape, Operation.present(reads));
    }

    /** As {@link #output}, kept for the whole step, its gradient 0 until somebody sets it. */
    Tensor kept(String operation, Shape shape, List<Tensor> reads);

    /** A loss: one number in the parameters' precision, kept for the whole step. */
    Tensor loss(String operation, Tensor... reads);

    /** A tensor as {@code source}, with a gradient of its own where that has one. */
    Tensor branch(Tensor source, int number);

    /** Whole numbers: int32, kept for the whole step, without gradient. */
    Tensor indices(String name, Shape shape);
}
