package io.retrograd.backend.onednn;

import io.retrograd.backend.Parameters;

/** The values that change from step to step, as {@link Parameters#control} holds them. */
final class Control {
    private final OneDnnTensor numbers;

    Control(Parameters parameters) {
        numbers = OneDnnOp.own(parameters.control());
    }

    double learningRate() {
        return numbers.buffer().getDouble(0);
    }

    /** The number of the step, from 1. */
    double step() {
        return numbers.buffer().getDouble(Double.BYTES);
    }
}
