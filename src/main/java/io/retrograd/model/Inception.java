package io.retrograd.model;

import io.retrograd.layer.Concat;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;

/**
 * Windows of several sizes side by side, as in GoogLeNet.
 *
 * <pre>
 *   block:  [1x1, 3x3(1x1), 5x5(1x1), 1x1(3x3 maxima)]        each convolution with a ReLU
 * </pre>
 *
 * Source: C. Szegedy et al., Going deeper with convolutions, CVPR 2015.
 */
public final class Inception {
    private Inception() {}

    /** Two blocks for images of 32 by 32: (N, 3, 32, 32) → (N, classes) logits. */
    public static Sequential cifar(int classes) {
        return new Sequential(
                conv(32, 3),
                new MaxPool2d(2),
                block(16, 16, 32, 4, 8, 8),
                new MaxPool2d(2),
                block(32, 32, 64, 8, 16, 16),
                new GlobalAvgPool2d(),
                new Linear(classes));
    }

    /**
     * A block: (N, C, H, W) → (N, one + three + five + pooled, H, W).
     *
     * @param one channels of the 1x1 convolution
     * @param beforeThree channels before the 3x3 convolution
     * @param three its channels
     * @param beforeFive channels before the 5x5 convolution
     * @param five its channels
     * @param pooled channels behind the maxima
     */
    public static Layer block(
            int one, int beforeThree, int three, int beforeFive, int five, int pooled) {
        return new Concat(
                conv(one, 1),
                new Sequential(conv(beforeThree, 1), conv(three, 3)),
                new Sequential(conv(beforeFive, 1), conv(five, 5)),
                new Sequential(new MaxPool2d(3).stride(1).padding(1), conv(pooled, 1)));
    }

    private static Layer conv(int channels, int kernel) {
        return new Sequential(new Conv2d(channels, kernel).padding(kernel / 2), new Relu());
    }
}
