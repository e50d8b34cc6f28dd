package io.retrograd.model;

import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Dropout2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Mean;
import io.retrograd.layer.Pad;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import java.util.ArrayList;
import java.util.List;

/**
 * Temporal convolutional networks: convolutions over time that see the past only, twice as far in
 * each block.
 *
 * <pre>
 *   block i:  relu(x + 2 × dropout(relu(conv(x))))        dilation 2ⁱ, zeros in front
 * </pre>
 *
 * Without the weight normalisation of the paper. Where a block changes the channels, its shortcut
 * is a convolution of size 1. Source: S. Bai et al., An empirical evaluation of generic
 * convolutional and recurrent networks for sequence modeling, 2018.
 */
public final class Tcn {
    private static final double DROPOUT = 0.2;

    private Tcn() {}

    /** 4 blocks of 25 channels and 7 steps; a class for a sequence: (N, C, T) → (N, classes). */
    public static Sequential classifier(int classes) {
        List<Layer> layers = new ArrayList<>(blocks(4, 25, 7));
        layers.add(new Mean(2));
        layers.add(new Linear(classes));
        return new Sequential(layers);
    }

    /**
     * The blocks: (N, C, T) → (N, channels, T).
     *
     * @param count at least 1
     * @param kernel steps that a convolution sees
     */
    public static List<Layer> blocks(int count, int channels, int kernel) {
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Layer first = causal(channels, kernel, 1 << i);
            Layer body = new Sequential(first, causal(channels, kernel, 1 << i));
            layers.add(i == 0 ? new Residual(body, new Conv1d(channels, 1)) : new Residual(body));
            layers.add(new Relu());
        }
        return layers;
    }

    private static Layer causal(int channels, int kernel, int dilation) {
        return new Sequential(
                new Pad((kernel - 1) * dilation, 0),
                new Conv1d(channels, kernel).dilation(dilation),
                new Relu(),
                new Dropout2d(DROPOUT));
    }
}
