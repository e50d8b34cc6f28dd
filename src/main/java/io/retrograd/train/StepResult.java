package io.retrograd.train;

/**
 * One training step.
 *
 * @param epoch its epoch's number, from 1
 * @param epochs planned epochs
 * @param step its number in the epoch, from 1
 * @param stepsPerEpoch steps in the epoch
 * @param samples trained in this epoch so far
 * @param loss the loss of this step, without penalties
 * @param meanLoss the mean loss of the epoch so far
 * @param meanAccuracy the mean accuracy of the epoch so far
 * @param learningRate the learning rate of this step
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
