package io.retrograd.backend.onednn;

import io.retrograd.backend.Selection;

/**
 * The values that change from step to step, as {@link Selection#control} holds them, for parameters
 * of one treatment.
 */
final class Control {
    private final OneDnnTensor numbers;
    private final Selection.Treatment treatment;

    Control(Selection parameters) {
        numbers = OneDnnOp.own(parameters.control());
        treatment = parameters.treatment();
    }

    /** The parameters' own. */
    double learningRate() {
        return number(0) * treatment.rate();
    }

    /** The parameters' own. */
    double weightDecay() {
        return treatment.weightDecay();
    }

    /** The number of the step, from 1. */
    double step() {
        return number(2);
    }

    /** The number of the batch among those of the step, from 1. */
    double ofStep() {
        return number(3);
    }

    private double number(int i) {
        return numbers.buffer().getDouble(i * Double.BYTES);
    }
}
