package io.retrograd.model;

import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Gate;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Mean;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Reshape;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Sigmoid;
import io.retrograd.operation.Initializer;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual networks of 18, 34 and 50 layers, with stems for small (CIFAR) and large (ImageNet)
 * images.
 *
 * <pre>
 *   stem → 4 stages of blocks, the channels doubling and the sides halving → mean → logits
 *
 *   basic block:       relu(x + bn(3x3(relu(bn(3x3(x))))))
 *   bottleneck block:  relu(x + bn(1x1(relu(bn(3x3(relu(bn(1x1(x)))))))))
 * </pre>
 *
 * In an SE network the body's channels are weighed before the sum, by a squeeze-and-excitation gate
 * (J. Hu et al., Squeeze-and-excitation networks, CVPR 2018) that reduces them by 16.
 *
 * <p>Where a block changes shape its shortcut is a 1x1 convolution with batch norm. Source: K. He
 * et al., Deep residual learning for image recognition, CVPR 2016; the stride of a bottleneck is
 * that of its 3x3 convolution, as in torchvision.
 */
public final class ResNet {
    private static final int BOTTLENECK_EXPANSION = 4;
    private static final int FIRST_WIDTH = 64;
    private static final int SQUEEZE = 16;

    private ResNet() {}

    /** What is added to x. */
    private enum Block {
        BASIC,
        BOTTLENECK,
        SE_BASIC,
        SE_BOTTLENECK;

        private boolean narrows() {
            return this == BOTTLENECK || this == SE_BOTTLENECK;
        }

        int outputs(int width) {
            return narrows() ? width * BOTTLENECK_EXPANSION : width;
        }

        Layer body(int width, int stride) {
            Layer body = narrows() ? bottleneck(width, stride) : basic(width, stride);
            boolean gated = this == SE_BASIC || this == SE_BOTTLENECK;
            return gated ? new Sequential(body, squeezeExcite(outputs(width))) : body;
        }
    }

    /** ResNet-18 for images of 32 by 32: (N, 3, 32, 32) → (N, classes) logits. */
    public static Sequential cifar18(int classes) {
        return network(cifarStem(), Block.BASIC, FIRST_WIDTH, new int[] {2, 2, 2, 2}, classes);
    }

    /** ResNet-50 for images of 32 by 32. */
    public static Sequential cifar50(int classes) {
        return network(cifarStem(), Block.BOTTLENECK, FIRST_WIDTH, new int[] {3, 4, 6, 3}, classes);
    }

    /** ResNet-18 for images of 224 by 224: (N, 3, 224, 224) → (N, classes) logits. */
    public static Sequential imageNet18(int classes) {
        return basic(FIRST_WIDTH, classes, 2, 2, 2, 2);
    }

    /** ResNet-34 for images of 224 by 224. */
    public static Sequential imageNet34(int classes) {
        return basic(FIRST_WIDTH, classes, 3, 4, 6, 3);
    }

    /** ResNet-50 for images of 224 by 224. */
    public static Sequential imageNet50(int classes) {
        return bottleneck(FIRST_WIDTH, classes, 3, 4, 6, 3);
    }

    /**
     * Any network of basic blocks, for images of 224 by 224.
     *
     * @param width channels of the first stage
     * @param blocks of each stage
     */
    public static Sequential basic(int width, int classes, int... blocks) {
        return imageNet(Block.BASIC, width, blocks, classes);
    }

    /** Any network of bottleneck blocks; as {@link #basic}. */
    public static Sequential bottleneck(int width, int classes, int... blocks) {
        return imageNet(Block.BOTTLENECK, width, blocks, classes);
    }

    /** SE-ResNet-18 for images of 32 by 32. */
    public static Sequential cifarSe18(int classes) {
        return network(cifarStem(), Block.SE_BASIC, FIRST_WIDTH, new int[] {2, 2, 2, 2}, classes);
    }

    /** SE-ResNet-50 for images of 224 by 224. */
    public static Sequential imageNetSe50(int classes) {
        return imageNet(Block.SE_BOTTLENECK, FIRST_WIDTH, new int[] {3, 4, 6, 3}, classes);
    }

    private static List<Layer> cifarStem() {
        return List.of(conv(FIRST_WIDTH, 3, 1), new BatchNorm(), new Relu());
    }

    private static Sequential imageNet(Block block, int width, int[] blocks, int classes) {
        List<Layer> stem =
                List.of(
                        conv(width, 7, 2),
                        new BatchNorm(),
                        new Relu(),
                        new MaxPool2d(3).stride(2).padding(1));
        return network(stem, block, width, blocks, classes);
    }

    private static Sequential network(
            List<Layer> stem, Block block, int firstWidth, int[] blocks, int classes) {
        List<Layer> layers = new ArrayList<>(stem);
        int channels = firstWidth;
        for (int stage = 0; stage < blocks.length; stage++) {
            int width = firstWidth << stage;
            int out = block.outputs(width);
            for (int i = 0; i < blocks[stage]; i++) {
                int stride = stage > 0 && i == 0 ? 2 : 1;
                Layer body = block.body(width, stride);
                layers.add(
                        stride == 1 && channels == out
                                ? new Residual(body)
                                : new Residual(body, projection(out, stride)));
                layers.add(new Relu());
                channels = out;
            }
        }
        layers.add(new GlobalAvgPool2d());
        layers.add(new Linear(classes));
        return new Sequential(layers);
    }

    private static Layer basic(int width, int stride) {
        return new Sequential(
                conv(width, 3, stride),
                new BatchNorm(),
                new Relu(),
                conv(width, 3, 1),
                new BatchNorm());
    }

    private static Layer bottleneck(int width, int stride) {
        return new Sequential(
                conv(width, 1, 1),
                new BatchNorm(),
                new Relu(),
                conv(width, 3, stride),
                new BatchNorm(),
                new Relu(),
                conv(width * BOTTLENECK_EXPANSION, 1, 1),
                new BatchNorm());
    }

    /** Channels weighed by what all of them are on average. */
    private static Layer squeezeExcite(int channels) {
        return new Gate(
                new Sequential(
                        new Mean(2, 3),
                        new Linear(channels / SQUEEZE),
                        new Relu(),
                        new Linear(channels),
                        new Sigmoid(),
                        new Reshape(channels, 1, 1)));
    }

    private static Layer projection(int channels, int stride) {
        return new Sequential(conv(channels, 1, stride), new BatchNorm());
    }

    /** Without bias, which the batch norm behind it would take away again. */
    private static Conv2d conv(int channels, int kernel, int stride) {
        return new Conv2d(channels, kernel)
                .stride(stride)
                .padding(kernel / 2)
                .bias(false)
                .weightInit(Initializer.kaimingNormal());
    }
}
