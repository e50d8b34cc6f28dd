package io.retrograd.operation;

import io.retrograd.tensor.Tensor;

/** The state from which a model draws its random numbers. */
public interface RandomState {
    long seed();

    /** float64 (2): what changes from step to step; element 1 is the number of the step. */
    Tensor control();
}
