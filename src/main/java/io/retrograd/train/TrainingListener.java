package io.retrograd.train;

/**
 * Receives reports on a training run, on its thread, between steps: for progress bars, logs,
 * checkpoints. It may use the model, change the learning rate and ask the training to stop; an
 * exception that it throws ends the training too.
 */
public interface TrainingListener {
    /** Whether training continues. */
    enum Next {
        CONTINUE,
        STOP
    }

    /**
     * Before the first step.
     *
     * @param control changes the learning rate, now or later
     */
    default void onStart(TrainingControl control) {}

    /** After each step. */
    default Next onStep(StepResult step) {
        return Next.CONTINUE;
    }

    /**
     * Whether the next step waits for {@link #onStep}, which then sees the model as its step left
     * it and can stop the training there. Where no listener says so, a device that runs behind Java
     * never waits: a step is reported while the next one runs, and what stops the training stops it
     * behind that one.
     */
    default boolean holdsNextStep() {
        return true;
    }

    /** Called after an {@link Audit}, some steps after the audited one. */
    default void onAudit(AuditResult audit) {}

    /** After each epoch and its validation. */
    default Next onEpoch(EpochResult epoch) {
        return Next.CONTINUE;
    }
}
