package io.retrograd.backend;

/** How a sequence becomes one step. */
public enum TimeReduction {
    /** The mean of all steps. */
    MEAN,
    /** The largest element of all steps; the first one gets the gradient where several are. */
    MAX,
    /** The last step. */
    LAST
}
