package io.retrograd.optim;

import io.retrograd.backend.Parameters;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;

/**
 * A rule that turns gradients into new parameters. Immutable; its memory lies in the {@link
 * Parameters}. The learning rate and the step count are read from their control tensor, so that
 * schedules change no bound update.
 */
public interface Optimizer {
    /** The learning rate before any schedule. */
    double learningRate();

    /** The rule. */
    UpdateRule spec();

    /** The update of these parameters, which must have been committed. */
    default Update bind(Parameters parameters) {
        return parameters.update(spec());
    }
}
