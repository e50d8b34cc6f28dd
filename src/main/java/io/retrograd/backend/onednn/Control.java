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
        return numbers.buffer().getDouble(0) * treatment.rate();
    }

    /** The parameters' own. */
    double weightDecay() {
        return treatment.weightDecay();
    }

    /** The number of the step, from 1. */
    double step() {
        return numbers.buffer().getDouble(Double.BYTES);
    }
}
