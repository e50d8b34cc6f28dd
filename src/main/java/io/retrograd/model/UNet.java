package io.retrograd.model;

import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Concat;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.ConvTranspose3d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.MaxPool3d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;

/**
 * U-Nets: a class for each pixel or voxel, from what is seen near and far.
 *
 * <pre>
 *   level(w):  2 × relu(bn(3x3, w)) → [x, up(level(2·w)(down(x)))] → 2 × relu(bn(3x3, w))
 *
 *   down: 2x2 maxima    up: 2x2 transposed convolution of stride 2    then 1x1 to the classes
 * </pre>
 *
 * Convolutions are padded, so that y has x's spatial sizes, which 2 must divide once for each level
 * but the last. Sources: O. Ronneberger et al., U-Net: convolutional networks for biomedical image
 * segmentation, MICCAI 2015; Ö. Çiçek et al., 3D U-Net, MICCAI 2016.
 */
public final class UNet {
    private UNet() {}

    /**
     * For pictures: (N, C, H, W) → (N, classes, H, W) logits.
     *
     * @param levels at least 1
     * @param width channels of the first level, which double from level to level
     */
    public static Sequential pictures(int classes, int levels, int width) {
        return new Sequential(level(2, levels, width), new Conv2d(classes, 1));
    }

    /** For volumes: (N, C, D, H, W) → (N, classes, D, H, W) logits; as {@link #pictures}. */
    public static Sequential volumes(int classes, int levels, int width) {
        return new Sequential(level(3, levels, width), new Conv3d(classes, 1));
    }

    private static Layer level(int dims, int levels, int width) {
        if (levels < 1) {
            throw new IllegalArgumentException("UNet: levels must be at least 1, got " + levels);
        }
        if (levels == 1) {
            return pair(dims, width);
        }
        Layer below = level(dims, levels - 1, 2 * width);
        Layer around =
                dims == 2
                        ? new Sequential(
                                new MaxPool2d(2), below, new ConvTranspose2d(width, 2).stride(2))
                        : new Sequential(
                                new MaxPool3d(2), below, new ConvTranspose3d(width, 2).stride(2));
        return new Sequential(
                pair(dims, width), new Concat(new Sequential(), around), pair(dims, width));
    }

    private static Layer pair(int dims, int width) {
        return new Sequential(
                conv(dims, width),
                new BatchNorm(),
                new Relu(),
                conv(dims, width),
                new BatchNorm(),
                new Relu());
    }

    /** Without bias, which the batch norm behind it would take away again. */
    private static Layer conv(int dims, int width) {
        return dims == 2
                ? new Conv2d(width, 3).padding(1).bias(false)
                : new Conv3d(width, 3).padding(1).bias(false);
    }
}
