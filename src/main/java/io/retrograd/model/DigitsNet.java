package io.retrograd.model;

import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;

/** The network of the main job: handwritten digits of 8 by 8 pixels. */
public final class DigitsNet {
    private DigitsNet() {}

    /**
     * Three convolutions with batch norm and ReLU, two poolings, and a linear layer.
     *
     * <pre>
     *   (N, 1, 8, 8) → (N, 16, 8, 8) → (N, 32, 8, 8) → (N, 32, 4, 4)
     *                → (N, 64, 4, 4) → (N, 64, 2, 2) → (N, 256) → (N, classes) logits
     * </pre>
     */
    public static Sequential of(int classes) {
        return new Sequential(
                new Conv2d(16, 3).padding(1).bias(false),
                new BatchNorm(),
                new Relu(),
                new Conv2d(32, 3).padding(1).bias(false),
                new BatchNorm(),
                new Relu(),
                new MaxPool2d(2),
                new Conv2d(64, 3).padding(1).bias(false),
                new BatchNorm(),
                new Relu(),
                new MaxPool2d(2),
                new Flatten(),
                new Linear(classes));
    }
}
