package io.retrograd.train;

import io.retrograd.backend.Parameters;

/** What a model has been trained on: batches, updates and epochs; random numbers depend on them. */
final class Counts {
    private final Parameters parameters;
    private long steps;

    /** Steps before the optimizer last started. */
    private long stepsBefore;

    private long batches;
    private long epochs;

    Counts(Parameters parameters) {
        this.parameters = parameters;
    }

    /** Updates since the model was made or a trainer began to fit it. */
    long steps() {
        return steps;
    }

    /** Counts a batch; gives its number, from 1. */
    long nextBatch() {
        return ++batches;
    }

    /** Counts a batch, and passes its number, its update's and the learning rate to the device. */
    void nextBatch(double learningRate, int ofUpdate) {
        nextBatch();
        parameters.setControl(learningRate, batches, steps - stepsBefore + 1, ofUpdate);
    }

    /** Counts the update that the last batch ends with. */
    void nextStep() {
        steps++;
    }

    /** Batches that steps have taken: more than steps where gradients are accumulated. */
    long batches() {
        return batches;
    }

    /** Counts nothing behind this batch and step, as their parameters have been taken back. */
    void forgetStepsBehind(long batch, long step) {
        batches = batch;
        steps = step;
    }

    /**
     * Lets an optimizer start from nothing: no step counted, no memory. What is bound from here on
     * draws other random numbers than the steps before.
     */
    void restartOptimizer() {
        parameters.skipDraws(batches);
        batches = 0;
        steps = 0;
        restartUpdates();
    }

    /** The same, but steps and batches are counted on. */
    void restartUpdates() {
        stepsBefore = steps;
        parameters.clearSlots();
    }

    /**
     * Counts on from where a training was; random numbers too.
     *
     * @param beforeOptimizer steps before the optimizer last started
     */
    void resume(TrainingProgress progress, long beforeOptimizer) {
        stepsBefore = beforeOptimizer;
        parameters.skipDraws(progress.draws() - parameters.draws());
        steps = progress.updates();
        batches = progress.batches();
        epochs = progress.epochsBegun();
    }

    /** Epochs that were begun, of whichever trainer. */
    long epochs() {
        return epochs;
    }

    /** Counts an epoch of whichever trainer; gives its number, from 1. */
    long nextEpoch() {
        return ++epochs;
    }

    /** What decides which random numbers come next. */
    record Moment(long steps, long batches, long epochs, long draws) {}

    Moment now() {
        return new Moment(steps, batches, epochs, parameters.draws());
    }

    /** Goes back to a moment, where nothing that was bound since then is used again. */
    void goBackTo(Moment moment) {
        steps = moment.steps;
        batches = moment.batches;
        epochs = moment.epochs;
        parameters.skipDraws(moment.draws - parameters.draws());
    }
}
