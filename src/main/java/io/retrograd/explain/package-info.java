/**
 * Looks into a network: its layers and costs, one training step with every number, and how far
 * gradients reach.
 *
 * <p>Start reading at {@link io.retrograd.explain.Summary}.
 *
 * <p>Invariants: numbers are read from a real step on a real device and never computed a second
 * time; looking changes no bit of the step.
 */
@NullMarked
package io.retrograd.explain;

import org.jspecify.annotations.NullMarked;
