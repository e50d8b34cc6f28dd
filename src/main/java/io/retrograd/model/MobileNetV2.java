package io.retrograd.model;

import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Relu6;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Sequential;
import io.retrograd.operation.Initializer;
import java.util.ArrayList;
import java.util.List;

/**
 * MobileNetV2: residual blocks that are wide inside and narrow outside, their 3x3 convolutions each
 * of one channel.
 *
 * <pre>
 *   stem → blocks → 1x1 → mean → dropout → logits
 *
 *   block:  x + bn(1x1(relu6(bn(3x3 depthwise(relu6(bn(1x1(x))))))))        x if shapes agree
 * </pre>
 *
 * Source: M. Sandler et al., MobileNetV2: inverted residuals and linear bottlenecks, CVPR 2018.
 */
public final class MobileNetV2 {
    private static final int STEM = 32;
    private static final int LAST = 1280;
    private static final int DIVISOR = 8;
    private static final double DROPOUT = 0.2;

    /** Blocks of one width: how much wider they are inside, channels, number, first stride. */
    private record Stage(int expansion, int channels, int count, int stride) {}

    private static final List<Stage> STAGES =
            List.of(
                    new Stage(1, 16, 1, 1),
                    new Stage(6, 24, 2, 2),
                    new Stage(6, 32, 3, 2),
                    new Stage(6, 64, 4, 2),
                    new Stage(6, 96, 3, 1),
                    new Stage(6, 160, 3, 2),
                    new Stage(6, 320, 1, 1));

    private MobileNetV2() {}

    /** For images of 224 by 224: (N, 3, 224, 224) → (N, classes) logits. */
    public static Sequential imageNet(int classes) {
        return imageNet(classes, /* width= */ 1);
    }

    /**
     * For images of 224 by 224, narrower or wider.
     *
     * @param width factor of the channels, which are then rounded to a multiple of 8
     */
    public static Sequential imageNet(int classes, double width) {
        return network(/* firstStride= */ 2, classes, width);
    }

    /** For images of 32 by 32, whose first two strides are 1. */
    public static Sequential cifar(int classes) {
        return network(/* firstStride= */ 1, classes, /* width= */ 1);
    }

    /** Two blocks, at which checking gradients is quick: (N, 3, H, W) → (N, classes) logits. */
    static Sequential small(int classes) {
        return new Sequential(
                conv(4, 3).padding(1),
                new BatchNorm(),
                new Relu6(),
                new Residual(block(4, 2, 4, 1)),
                block(4, 2, 6, 2),
                new GlobalAvgPool2d(),
                new Linear(classes));
    }

    private static Sequential network(int firstStride, int classes, double width) {
        List<Layer> layers = new ArrayList<>();
        int channels = channels(STEM, width);
        layers.add(conv(channels, 3).stride(firstStride).padding(1));
        layers.add(new BatchNorm());
        layers.add(new Relu6());
        for (int s = 0; s < STAGES.size(); s++) {
            Stage stage = STAGES.get(s);
            for (int i = 0; i < stage.count; i++) {
                int first = s == 1 ? firstStride : stage.stride;
                int stride = i == 0 ? first : 1;
                int outputs = channels(stage.channels, width);
                Layer body = block(channels, stage.expansion, outputs, stride);
                boolean same = stride == 1 && channels == outputs;
                layers.add(same ? new Residual(body) : body);
                channels = outputs;
            }
        }
        layers.add(conv(channels(LAST, Math.max(1, width)), 1));
        layers.add(new BatchNorm());
        layers.add(new Relu6());
        layers.add(new GlobalAvgPool2d());
        layers.add(new Dropout(DROPOUT));
        layers.add(new Linear(classes));
        return new Sequential(layers);
    }

    /** The nearest multiple of 8, but no less than 9 tenths, as the paper's authors have it. */
    private static int channels(int full, double width) {
        double wanted = full * width;
        int rounded = Math.max(DIVISOR, (int) (wanted + DIVISOR / 2.0) / DIVISOR * DIVISOR);
        return rounded < 0.9 * wanted ? rounded + DIVISOR : rounded;
    }

    private static Layer block(int channels, int expansion, int outputs, int stride) {
        List<Layer> layers = new ArrayList<>();
        int wide = channels * expansion;
        if (expansion != 1) {
            layers.add(conv(wide, 1));
            layers.add(new BatchNorm());
            layers.add(new Relu6());
        }
        layers.add(conv(wide, 3).stride(stride).padding(1).groups(wide));
        layers.add(new BatchNorm());
        layers.add(new Relu6());
        layers.add(conv(outputs, 1));
        layers.add(new BatchNorm());
        return new Sequential(layers);
    }

    /** Without bias, which the batch norm behind it would take away again. */
    private static Conv2d conv(int channels, int kernel) {
        return new Conv2d(channels, kernel).bias(false).weightInit(Initializer.kaimingNormal());
    }
}
