/**
 * Optimizers and learning rate schedules: what happens to parameters between two steps.
 *
 * <p>Start reading at {@link io.retrograd.optim.Optimizer}; {@link io.retrograd.optim.Sgd} is the
 * shortest.
 *
 * <p>Invariants: an optimizer is immutable, and its state lies with the parameters; the learning
 * rate and the number of the step are read on the device, so a recorded step stays valid; a
 * schedule is a function of the step alone, but for {@link io.retrograd.optim.ReduceOnPlateau}.
 */
@NullMarked
package io.retrograd.optim;

import org.jspecify.annotations.NullMarked;
