package io.retrograd.report;

/**
 * Some steps that follow each other, as one point of a curve.
 *
 * @param steps how many
 * @param epoch where the last of them ended, in epochs from the beginning: 1.5 is in the second
 * @param loss the mean of their losses
 * @param learningRate of the last of them
 */
public record StepMean(int steps, double epoch, double loss, double learningRate) {
    StepMean with(StepMean next) {
        int both = steps + next.steps;
        double sum = steps * loss + next.steps * next.loss;
        return new StepMean(both, next.epoch, sum / both, next.learningRate);
    }
}
