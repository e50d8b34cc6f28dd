package io.retrograd.model;

import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;

/**
 * LeNet-5 as it is trained today: ReLU for tanh, max for average pooling, all maps connected.
 *
 * <p>Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to
 * document recognition, Proceedings of the IEEE, 1998.
 */
public final class LeNet5 {
    private LeNet5() {}

    /**
     * The network.
     *
     * <pre>
     *   (N, 1, 28, 28) → (N, 6, 28, 28) → (N, 6, 14, 14) → (N, 16, 10, 10) → (N, 16, 5, 5)
     *                  → (N, 400) → (N, 120) → (N, 84) → (N, classes) logits
     * </pre>
     */
    public static Sequential of(int classes) {
        return new Sequential(
                new Conv2d(6, 5).padding(2),
                new Relu(),
                new MaxPool2d(2),
                new Conv2d(16, 5),
                new Relu(),
                new MaxPool2d(2),
                new Flatten(),
                new Linear(120),
                new Relu(),
                new Linear(84),
                new Relu(),
                new Linear(classes));
    }
}
