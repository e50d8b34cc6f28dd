/**
 * Event files for TensorBoard: scalars, histograms, images, the graph and the settings of a
 * training.
 *
 * <p>Start reading at {@link io.retrograd.tensorboard.TensorBoard}.
 *
 * <p>Invariants: a file holds whole records only; looking at a training changes no bit of it.
 */
@NullMarked
package io.retrograd.tensorboard;

import org.jspecify.annotations.NullMarked;
