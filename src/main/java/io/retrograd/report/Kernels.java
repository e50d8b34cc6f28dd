package io.retrograd.report;

import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * The kernels of the first convolution over images, as pictures to one scale.
 *
 * @param parameter the weight's name and shape
 * @param color whether the pictures' red, green and blue are those of the images, with gray for 0;
 *     else blue is above 0, orange below, and 0 is transparent
 */
public record Kernels(String parameter, boolean color, List<Picture> pictures) {
    private static final int RGB = 3;
    private static final int MOST = 64;
    private static final int[] ABOVE = {0x2B, 0x86, 0xC9};
    private static final int[] BELOW = {0xDD, 0x6B, 0x20};

    public Kernels {
        pictures = List.copyOf(pictures);
    }

    /** Those of a model; empty if no first layer has kernels (K, C, R, S) over images (C, H, W). */
    public static Optional<Kernels> of(Model model) {
        return model.parameters().tensors().stream()
                .filter(w -> w.shape().rank() == 4)
                .findFirst()
                .filter(w -> model.inputShapes().values().stream().anyMatch(x -> over(w, x)))
                .map(w -> of(w, model.parameter(w.name())));
    }

    private static boolean over(Tensor w, Shape image) {
        return image.rank() == 3 && image.dim(0) == w.shape().dim(1);
    }

    private static Kernels of(Tensor w, double... values) {
        Shape shape = w.shape();
        int channels = shape.dim(1);
        boolean color = channels == RGB;
        double largest = DoubleStream.of(values).map(Math::abs).max().orElse(0);
        double scale = largest > 0 ? 1 / largest : 0;
        int size = shape.dim(2) * shape.dim(3);
        List<Picture> pictures = new ArrayList<>();
        for (int k = 0; k < shape.dim(0) && pictures.size() < MOST; k++) {
            if (color) {
                byte[] pixels = colored(values, k * RGB * size, size, scale);
                pictures.add(picture("kernel " + k, shape, RGB, pixels));
                continue;
            }
            for (int c = 0; c < channels && pictures.size() < MOST; c++) {
                byte[] pixels = signed(values, (k * channels + c) * size, size, scale);
                String name = channels == 1 ? "kernel " + k : "kernel " + k + ", channel " + c;
                pictures.add(picture(name, shape, 4, pixels));
            }
        }
        return new Kernels(w.name() + " " + shape, color, pictures);
    }

    private static Picture picture(String name, Shape shape, int channels, byte... pixels) {
        return Picture.of(name, shape.dim(3), shape.dim(2), channels, pixels);
    }

    private static byte[] colored(double[] values, int from, int size, double scale) {
        byte[] pixels = new byte[size * RGB];
        for (int i = 0; i < size; i++) {
            for (int c = 0; c < RGB; c++) {
                pixels[i * RGB + c] =
                        (byte) Math.round(127.5 + 127.5 * scale * values[from + c * size + i]);
            }
        }
        return pixels;
    }

    private static byte[] signed(double[] values, int from, int size, double scale) {
        byte[] pixels = new byte[size * 4];
        for (int i = 0; i < size; i++) {
            double value = values[from + i] * scale;
            int[] color = value > 0 ? ABOVE : BELOW;
            for (int c = 0; c < RGB; c++) {
                pixels[i * 4 + c] = (byte) color[c];
            }
            pixels[i * 4 + 3] = (byte) Math.round(255 * Math.abs(value));
        }
        return pixels;
    }
}
