/**
 * Trainings whose answers are more than a class a sample: where things are, which pixels belong to
 * them, what is written. Each {@link io.retrograd.task.Task} has data of its own, drawn by a seed,
 * a network, a loss, and a measure of how good the trained network is.
 */
@NullMarked
package io.retrograd.task;

import org.jspecify.annotations.NullMarked;
