package io.retrograd.model;

import io.retrograd.layer.AdaptiveAvgPool2d;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import java.util.ArrayList;
import java.util.List;

/**
 * Networks in the manner of VGG: pairs of 3x3 convolutions, then pooling.
 *
 * <p>Source: K. Simonyan, A. Zisserman, Very deep convolutional networks for large-scale image
 * recognition, ICLR 2015.
 */
public final class Vgg {
    private static final int FIRST_WIDTH = 64;
    private static final int LARGEST_WIDENING = 8;
    private static final int POOLED = 7;
    private static final int HIDDEN = 4096;

    private Vgg() {}

    /**
     * A small one for images of 32 by 32.
     *
     * <pre>
     *   (N, 3, 32, 32) → 2 × (N, 32, 32, 32) → (N, 32, 16, 16) → 2 × (N, 64, 16, 16)
     *                  → (N, 64, 8, 8) → (N, 4096) → (N, classes) logits
     * </pre>
     */
    public static Sequential cifar(int classes) {
        return of(classes, 32, 64);
    }

    /**
     * One block a width: two convolutions of that many channels, each with ReLU, and 2x2 pooling.
     *
     * @param classes number of logits
     * @param widths channels of each block
     */
    public static Sequential of(int classes, int... widths) {
        List<Layer> layers = new ArrayList<>();
        for (int width : widths) {
            for (int i = 0; i < 2; i++) {
                layers.add(new Conv2d(width, 3).padding(1));
                layers.add(new Relu());
            }
            layers.add(new MaxPool2d(2));
        }
        layers.add(new Flatten());
        layers.add(new Linear(classes));
        return new Sequential(layers);
    }

    /** VGG-11 with batch norm, for images of 224 by 224: (N, 3, 224, 224) → (N, classes) logits. */
    public static Sequential imageNet11(int classes) {
        return imageNet(FIRST_WIDTH, HIDDEN, classes, 1, 1, 2, 2, 2);
    }

    /** VGG-16 with batch norm, for images of 224 by 224. */
    public static Sequential imageNet16(int classes) {
        return imageNet(FIRST_WIDTH, HIDDEN, classes, 2, 2, 3, 3, 3);
    }

    /**
     * Any with batch norm, as torchvision has it: three linear layers with dropout behind means of
     * 7 by 7.
     *
     * @param first channels of the first block, which double up to eight times as many
     * @param hidden units of the first two linear layers
     * @param convolutions of each block
     */
    public static Sequential imageNet(int first, int hidden, int classes, int... convolutions) {
        List<Layer> layers = new ArrayList<>();
        int width = first;
        for (int count : convolutions) {
            for (int i = 0; i < count; i++) {
                layers.add(new Conv2d(width, 3).padding(1));
                layers.add(new BatchNorm());
                layers.add(new Relu());
            }
            layers.add(new MaxPool2d(2));
            width = Math.min(2 * width, LARGEST_WIDENING * first);
        }
        layers.add(new AdaptiveAvgPool2d(POOLED));
        layers.add(new Flatten());
        for (int i = 0; i < 2; i++) {
            layers.add(new Linear(hidden));
            layers.add(new Relu());
            layers.add(new Dropout());
        }
        layers.add(new Linear(classes));
        return new Sequential(layers);
    }
}
