package io.retrograd.train;

/**
 * Receives reports on a training run, on its thread, between steps: for progress bars, logs,
 * checkpoints. It may use the model, and ask the training to stop; an exception that it throws ends
 * the training too.
 */
public interface TrainingListener {
    /** Whether training continues. */
    enum Next {
        CONTINUE,
        STOP
    }

    /** After each step. */
    default Next onStep(StepResult step) {
        return Next.CONTINUE;
    }

    /** Called after an {@link Audit}, some steps after the audited one. */
    default void onAudit(AuditResult audit) {}

    /** After each epoch and its validation. */
    default Next onEpoch(EpochResult epoch) {
        return Next.CONTINUE;
    }
}
