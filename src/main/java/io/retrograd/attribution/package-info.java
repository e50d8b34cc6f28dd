/**
 * Explains what a network's output for a class depends on, by gradients: maps over a picture, what
 * a class looks like to the network, and how little of a change deceives it.
 *
 * <p>Start reading at {@link io.retrograd.attribution.Attribution}.
 *
 * <p>Invariants: the model that is explained keeps its parameters bit by bit; every gradient is a
 * {@link io.retrograd.train.GradientPass}'s, so that each device computes it as in training; what
 * is drawn is a function of the seed.
 */
@NullMarked
package io.retrograd.attribution;

import org.jspecify.annotations.NullMarked;
