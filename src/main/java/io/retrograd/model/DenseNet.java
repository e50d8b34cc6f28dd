package io.retrograd.model;

import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.operation.Initializer;
import java.util.ArrayList;
import java.util.List;

/**
 * Densely connected networks: every layer of a block sees the outputs of all before it.
 *
 * <pre>
 *   stem → blocks, between them 1x1 convolution to half the channels and 2x2 means → mean → logits
 *
 *   layer:  [x, 3x3(relu(bn(1x1(relu(bn(x))))))]        the 1x1 in networks for large images only
 * </pre>
 *
 * Source: G. Huang et al., Densely connected convolutional networks, CVPR 2017.
 */
public final class DenseNet {
    private static final int BOTTLENECK = 4;

    private DenseNet() {}

    /** 3 blocks of 6 layers of 12 channels, for images of 32 by 32: (N, 3, 32, 32) → logits. */
    public static Sequential cifar(int classes) {
        List<Layer> layers = new ArrayList<>();
        layers.add(conv(24, 3).padding(1));
        return network(layers, 24, 12, /* bottleneck= */ false, new int[] {6, 6, 6}, classes);
    }

    /** DenseNet-121 for images of 224 by 224: (N, 3, 224, 224) → (N, classes) logits. */
    public static Sequential imageNet121(int classes) {
        return imageNet(64, 32, classes, 6, 12, 24, 16);
    }

    /**
     * Any for images of 224 by 224.
     *
     * @param stem channels of the first convolution
     * @param growth channels that each layer adds
     * @param blocks layers of each block
     */
    public static Sequential imageNet(int stem, int growth, int classes, int... blocks) {
        List<Layer> layers = new ArrayList<>();
        layers.add(conv(stem, 7).stride(2).padding(3));
        layers.add(new BatchNorm());
        layers.add(new Relu());
        layers.add(new MaxPool2d(3).stride(2).padding(1));
        return network(layers, stem, growth, /* bottleneck= */ true, blocks, classes);
    }

    private static Sequential network(
            List<Layer> layers,
            int stem,
            int growth,
            boolean bottleneck,
            int[] blocks,
            int classes) {
        int channels = stem;
        for (int b = 0; b < blocks.length; b++) {
            for (int i = 0; i < blocks[b]; i++) {
                layers.add(new Concat(new Sequential(), layer(growth, bottleneck)));
            }
            channels += blocks[b] * growth;
            layers.add(new BatchNorm());
            layers.add(new Relu());
            if (b < blocks.length - 1) {
                channels /= 2;
                layers.add(conv(channels, 1));
                layers.add(new AvgPool2d(2));
            }
        }
        layers.add(new GlobalAvgPool2d());
        layers.add(new Linear(classes));
        return new Sequential(layers);
    }

    private static Layer layer(int growth, boolean bottleneck) {
        List<Layer> layers = new ArrayList<>();
        if (bottleneck) {
            layers.add(new BatchNorm());
            layers.add(new Relu());
            layers.add(conv(BOTTLENECK * growth, 1));
        }
        layers.add(new BatchNorm());
        layers.add(new Relu());
        layers.add(conv(growth, 3).padding(1));
        return new Sequential(layers);
    }

    /** Without bias, which the batch norm behind it would take away again. */
    private static Conv2d conv(int channels, int kernel) {
        return new Conv2d(channels, kernel).bias(false).weightInit(Initializer.kaimingNormal());
    }
}
