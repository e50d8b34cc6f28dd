package io.retrograd.optim;

import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;

/**
 * A rule that turns gradients into new parameters. Immutable; its memory lies in the {@link
 * Parameters}. The learning rate and the step count are read from their control tensor, so that
 * schedules change no bound update.
 */
public interface Optimizer {
    /** The learning rate before any schedule. */
    double learningRate();

    /** The update of these parameters, which must have been committed. */
    Update bind(Parameters parameters);
}
