/**
 * Training: a {@link io.retrograd.train.Model} is a network with its parameters, a {@link
 * io.retrograd.train.TrainStep} one step of training as a fixed list, a {@link
 * io.retrograd.train.Trainer} makes epochs of steps over a {@link io.retrograd.train.Dataset}.
 *
 * <p>Start reading at {@link io.retrograd.train.Model}.
 *
 * <p>Invariants: one thread at a time uses a model; a step allocates nothing; what is wrong with an
 * argument is refused before anything changes; a run is a function of its seeds.
 */
@NullMarked
package io.retrograd.train;

import org.jspecify.annotations.NullMarked;
