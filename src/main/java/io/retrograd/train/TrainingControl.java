package io.retrograd.train;

import io.retrograd.tensor.Checks;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link TrainingListener} may change of the training that it hears of. Changes hold from
 * the next step that is enqueued: the one after a reported step, or where {@linkplain
 * TrainingListener#holdsNextStep nobody holds it}, the one after that. On a GPU the learning rate
 * lies in the device's memory, so that a recorded step stays valid.
 *
 * <p>A training that {@linkplain Trainer#resume goes on} has the rates that it had: what its
 * listeners change in {@link TrainingListener#onStart} holds only where a training begins.
 *
 * <p>Any thread may call it.
 */
public final class TrainingControl {
    private final Model model;
    private Rate rate = Rate.SCHEDULED;

    /**
     * What listeners have made of the learning rate.
     *
     * @param factor of the rates that optimizer, schedule and plateau give
     * @param fixed the rate in place of all those; null without one
     */
    public record Rate(double factor, @Nullable Double fixed) {
        static final Rate SCHEDULED = new Rate(1, null);

        public Rate {
            Checks.notNegative("TrainingControl", "learning rate factor", factor);
            if (fixed != null) {
                Checks.notNegative("TrainingControl", "learning rate", fixed);
            }
        }

        /** The rate of a step for which optimizer, schedule and plateau give this one. */
        double of(double scheduled) {
            return fixed == null ? scheduled * factor : fixed;
        }
    }

    TrainingControl(Model model) {
        this.model = model;
    }

    /** The model, which only the training's thread may use: in the calls of a listener. */
    public Model model() {
        return model;
    }

    /**
     * Multiplies the learning rates that optimizer, schedule and plateau give by this factor, in
     * place of an earlier one. At first it is 1.
     *
     * @throws IllegalArgumentException if it is negative or not finite
     */
    public synchronized void setLearningRateFactor(double value) {
        rate = new Rate(value, rate.fixed);
    }

    public double learningRateFactor() {
        return rate().factor;
    }

    /**
     * Takes this learning rate in place of all that optimizer, schedule and plateau give, until
     * {@link #followSchedule}.
     *
     * @throws IllegalArgumentException if it is negative or not finite
     */
    public synchronized void setLearningRate(double value) {
        rate = new Rate(rate.factor, value);
    }

    /** Takes the rates of optimizer, schedule and plateau again, times the factor. */
    public synchronized void followSchedule() {
        rate = new Rate(rate.factor, null);
    }

    synchronized Rate rate() {
        return rate;
    }

    synchronized void restore(Rate before) {
        rate = before;
    }
}
