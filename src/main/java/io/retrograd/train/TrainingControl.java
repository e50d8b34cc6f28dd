package io.retrograd.train;

import io.retrograd.tensor.Checks;

/**
 * What a {@link TrainingListener} may change of the training that it hears of. Changes hold from
 * the next step that is enqueued: the one after a reported step, or where {@linkplain
 * TrainingListener#holdsNextStep nobody holds it}, the one after that. On a GPU the learning rate
 * lies in the device's memory, so that a recorded step stays valid.
 *
 * <p>Any thread may call it.
 */
public final class TrainingControl {
    private final Model model;
    private volatile double factor = 1;
    private volatile double fixed = Double.NaN;

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
    public void setLearningRateFactor(double value) {
        Checks.notNegative("TrainingControl", "learning rate factor", value);
        factor = value;
    }

    public double learningRateFactor() {
        return factor;
    }

    /**
     * Takes this learning rate in place of all that optimizer, schedule and plateau give, until
     * {@link #followSchedule}.
     *
     * @throws IllegalArgumentException if it is negative or not finite
     */
    public void setLearningRate(double rate) {
        Checks.notNegative("TrainingControl", "learning rate", rate);
        fixed = rate;
    }

    /** Takes the rates of optimizer, schedule and plateau again, times the factor. */
    public void followSchedule() {
        fixed = Double.NaN;
    }

    /** The rate of a step for which optimizer, schedule and plateau give this one. */
    double rate(double scheduled) {
        double instead = fixed;
        return Double.isNaN(instead) ? scheduled * factor : instead;
    }
}
