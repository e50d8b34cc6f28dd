package io.retrograd.operation;

/** The reduction of all elements' losses to one number. */
public enum Reduction {
    /** Divided by the count (of class weights, for weighted cross-entropy). */
    MEAN,
    SUM
}
