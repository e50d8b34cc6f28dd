package io.retrograd.train;

/**
 * Looks at the gradients of a training step before its update, and may change them: between the
 * backward pass and penalties, clipping and the optimizer. Of an update over several batches it
 * sees their mean, once.
 *
 * <p>It is called on the thread that trains, while the device waits. A device that would replay
 * recorded steps enqueues them piece by piece instead.
 */
@FunctionalInterface
public interface GradientHook {
    /** An exception that it throws ends the step without its update. */
    void beforeUpdate(StepGradients gradients);
}
