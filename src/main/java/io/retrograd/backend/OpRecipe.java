package io.retrograd.backend;

import io.retrograd.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a recorded operation: for its own backend, and again for another one to compare with. */
@FunctionalInterface
public interface OpRecipe {
    /** Makes the operation over the tensors that stand there for the recorded ones. */
    Op make(Place at);

    /** Where an operation is made. */
    interface Place {
        Operations operations();

        /** The model's, or what stands for them. */
        Parameters parameters();

        /** What stands for a recorded tensor. */
        Tensor of(Tensor recorded);

        /** Lets a tensor share the memory of one that always holds the same values. */
        void alias(Tensor recorded, Tensor source);

        /** The same where there may be none. */
        default @Nullable Tensor orNull(@Nullable Tensor recorded) {
            return recorded == null ? null : of(recorded);
        }

        /** What stands for each. */
        default List<Tensor> of(List<Tensor> recorded) {
            return recorded.stream().map(this::of).toList();
        }
    }
}
