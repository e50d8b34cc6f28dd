package io.retrograd.operation;

/** How the losses of all elements become one number. */
public enum Reduction {
    /** Divided by the count (of class weights, for weighted cross-entropy). */
    MEAN,
    SUM
}
