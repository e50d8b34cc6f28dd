package io.retrograd.operation;

import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * One operation bound to its tensors.
 *
 * <p>Both passes only enqueue work: they allocate nothing, wait for nothing and read nothing back.
 * They may run any number of times, and give the same result each time for the same values.
 */
public interface Op {
    /** Computes the outputs from the inputs. */
    void forward();

    /**
     * Computes the gradients of the inputs and parameters from those of the outputs.
     *
     * <p>Overwrites every element of every gradient it owns; skips tensors without a gradient.
     * Reads only tensors for which {@link #backwardReads} is true.
     */
    void backward();

    /** Whether {@code backward()} reads the values of this input or output of the operation. */
    default boolean backwardReads(Tensor tensor) {
        return true;
    }

    /** Tensors of the operation's own that live from {@code forward()} to {@code backward()}. */
    default List<Tensor> saved() {
        return List.of();
    }

    /** Tensors of the operation's own that live within one call of this pass only. */
    default List<Tensor> scratch(boolean backward) {
        return List.of();
    }

    /**
     * Tells on which smooth piece of the function the current input lies, for functions that have
     * more than one: the sign of each element for ReLU, the index of each maximum for max pooling.
     */
    default void kinks(KinkLedger ledger) {}
}
