package io.retrograd.train;

/**
 * One training step.
 *
 * @param epoch its epoch's number, from 1
 * @param epochs planned epochs
 * @param step its number in the epoch, from 1
 * @param stepsPerEpoch steps in the epoch
 * @param samples trained in this epoch so far
 * @param loss of this step, without penalty
 * @param meanLoss of the epoch so far
 * @param meanAccuracy of the epoch so far
 * @param learningRate of this step
 */
public record StepResult(
        int epoch,
        int epochs,
        int step,
        int stepsPerEpoch,
        int samples,
        double loss,
        double meanLoss,
        double meanAccuracy,
        double learningRate) {}
