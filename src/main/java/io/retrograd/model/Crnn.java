package io.retrograd.model;

import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Mean;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Transpose;
import java.util.ArrayList;
import java.util.List;

/**
 * Convolutional recurrent networks that read a line of text, for {@link
 * io.retrograd.loss.CtcLoss#batchFirst}.
 *
 * <pre>
 *   x (N, 1, 32, W)    logits (N, W/4 + 1, classes), class 0 the blank
 *
 *   3x3 w, 2x2 maxima → 3x3 2w, 2x2 maxima → 3x3 4w, bn → 3x3 4w, 2x2 maxima of stride (2, 1)
 *     → 3x3 8w, bn → 3x3 8w, 2x2 maxima of stride (2, 1) → 2x2 8w, bn
 *     → a step for each column → 2 × bidirectional LSTM → linear
 * </pre>
 *
 * A ReLU follows each convolution. Where the paper has a linear map between two LSTMs, here one
 * feeds the other. Source: B. Shi et al., An end-to-end trainable neural network for image-based
 * sequence recognition, 2015.
 */
public final class Crnn {
    private Crnn() {}

    /** With the sizes of the paper: w 64, LSTMs of 256. */
    public static Sequential lines(int classes) {
        return of(classes, 64, 256);
    }

    /**
     * A network.
     *
     * @param classes the blank included
     * @param width w, at least 1
     * @param hidden units of an LSTM in each direction
     */
    public static Sequential of(int classes, int width, int hidden) {
        List<Layer> layers = new ArrayList<>();
        layers.addAll(convolution(width, /* norm= */ false));
        layers.add(new MaxPool2d(2));
        layers.addAll(convolution(2 * width, /* norm= */ false));
        layers.add(new MaxPool2d(2));
        layers.addAll(convolution(4 * width, /* norm= */ true));
        layers.addAll(convolution(4 * width, /* norm= */ false));
        layers.add(new MaxPool2d(2).stride(2, 1).padding(0, 1));
        layers.addAll(convolution(8 * width, /* norm= */ true));
        layers.addAll(convolution(8 * width, /* norm= */ false));
        layers.add(new MaxPool2d(2).stride(2, 1).padding(0, 1));
        layers.add(new Conv2d(8 * width, 2));
        layers.add(new BatchNorm());
        layers.add(new Relu());
        layers.add(new Mean(2));
        layers.add(new Transpose(1, 2));
        layers.add(new Lstm(hidden).layers(2).bidirectional(true));
        layers.add(new Linear(classes));
        return new Sequential(layers);
    }

    private static List<Layer> convolution(int channels, boolean norm) {
        Layer convolution = new Conv2d(channels, 3).padding(1);
        return norm
                ? List.of(convolution, new BatchNorm(), new Relu())
                : List.of(convolution, new Relu());
    }
}
