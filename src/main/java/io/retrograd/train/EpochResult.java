package io.retrograd.train;

import org.jspecify.annotations.Nullable;

/**
 * One finished epoch.
 *
 * @param epoch its number, from 1
 * @param steps training steps so far
 * @param loss the mean of the steps' losses, each weighted by its number of samples, without
 *     penalty
 * @param accuracy the share of training samples recognised, each in its step
 * @param penalty {@code l1·Σ|w| + l2/2·Σw²} after the epoch
 * @param validation on the validation data after the epoch, or null where there are none
 * @param learningRate the learning rate of the epoch's last step
 * @param seconds that training took, without validation
 * @param samplesPerSecond training samples over seconds
 * @param waitedSeconds that training waited for samples to be read, of {@code seconds}
 */
public record EpochResult(
        int epoch,
        long steps,
        double loss,
        double accuracy,
        double penalty,
        @Nullable Evaluation validation,
        double learningRate,
        double seconds,
        double samplesPerSecond,
        double waitedSeconds) {
    /**
     * The loss that early stopping and plateaus watch: on validation data, else on training data.
     */
    public double monitoredLoss() {
        return validation == null ? loss : validation.loss();
    }

    /** The share of the time that training waited for samples, in [0, 1]. */
    public double waitedShare() {
        return Math.min(1, waitedSeconds / seconds);
    }
}
