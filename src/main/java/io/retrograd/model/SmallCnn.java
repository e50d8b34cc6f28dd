package io.retrograd.model;

import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;

/**
 * A small network of nothing but 3x3 convolutions, ReLU and max pooling, for images of 32 by 32.
 */
public final class SmallCnn {
    private SmallCnn() {}

    /**
     * The network.
     *
     * <pre>
     *   (N, 3, 32, 32) → (N, 32, 32, 32) → (N, 32, 32, 32) → (N, 32, 16, 16)
     *                  → (N, 64, 16, 16) → (N, 64, 16, 16) → (N, 64, 8, 8)
     *                  → (N, 4096) → (N, classes) logits
     * </pre>
     */
    public static Sequential of(int classes) {
        return new Sequential(
                new Conv2d(32, 3).padding(1),
                new Relu(),
                new Conv2d(32, 3).padding(1),
                new Relu(),
                new MaxPool2d(2),
                new Conv2d(64, 3).padding(1),
                new Relu(),
                new Conv2d(64, 3).padding(1),
                new Relu(),
                new MaxPool2d(2),
                new Flatten(),
                new Linear(classes));
    }
}
