package io.retrograd.model;

import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LeakyRelu;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Sequential;
import java.util.ArrayList;
import java.util.List;

/**
 * A small single-stage detector: 3x3 convolutions with batch norm and leaky ReLU, halved three
 * times, and a 1x1 convolution that gives each cell its numbers. Each cell sees 54 by 54 pixels.
 *
 * <p>Source: Redmon et al., You Only Look Once, CVPR 2016, smaller, without the two linear layers
 * at the end, so that it takes pictures of any size.
 */
public final class YoloNet {
    private static final double SLOPE = 0.1;

    private YoloNet() {}

    /**
     * The network.
     *
     * <pre>
     *   (N, 3, H, W) → (N, w, H/2, W/2) → (N, 2w, H/4, W/4) → (N, 4w, H/8, W/8)
     *                → (N, 8w, H/8, W/8) → (N, 8w, H/8, W/8) → (N, numbers, H/8, W/8)
     * </pre>
     *
     * @param numbers of a cell
     * @param width w, the channels of the first convolution
     */
    public static Sequential of(int numbers, int width) {
        List<Layer> layers = new ArrayList<>();
        for (int factor = 1; factor <= 4; factor *= 2) {
            convolution(layers, factor * width);
            layers.add(new MaxPool2d(2));
        }
        convolution(layers, 8 * width);
        convolution(layers, 8 * width);
        layers.add(new Conv2d(numbers, 1));
        return new Sequential(layers.toArray(Layer[]::new));
    }

    private static void convolution(List<Layer> layers, int channels) {
        layers.add(new Conv2d(channels, 3).padding(1).bias(false));
        layers.add(new BatchNorm());
        layers.add(new LeakyRelu(SLOPE));
    }
}
