package io.retrograd.optim;

import io.retrograd.backend.Parameters;
import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import java.util.List;

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

    /**
     * The same, but for a group of parameters that it treats in their own way. Set everything else
     * first.
     */
    default Optimizer group(ParameterGroup group) {
        return new Grouped(this, List.of(group));
    }

    /**
     * The parameters that it changes: all that are not frozen, and how it treats each.
     *
     * @throws IllegalArgumentException if a group's pattern matches no parameter
     */
    default Selection selection(Parameters parameters) {
        return Selection.all(parameters, spec().weightDecay());
    }

    /** The update of these parameters, which must have been committed. */
    default Update bind(Selection selection) {
        return selection.update(spec());
    }

    /** The update of the parameters that it changes, which must have been committed. */
    default Update bind(Parameters parameters) {
        return bind(selection(parameters));
    }
}
