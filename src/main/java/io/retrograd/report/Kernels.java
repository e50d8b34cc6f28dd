package io.retrograd.report;

import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Model;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
        Objects.requireNonNull(parameter, "parameter");
        pictures = List.copyOf(pictures);
    }

    /** Those of a model; empty if no first layer has kernels (K, C, R, S) over images (C, H, W). */
    public static Optional<Kernels> of(Model model) {
        return first(model).map(w -> of(w, model.parameter(w.name())));
    }

    private static Optional<Tensor> first(Model model) {
        return model.parameters().tensors().stream()
                .filter(w -> w.shape().rank() == 4)
                .findFirst()
                .filter(w -> model.inputShapes().values().stream().anyMatch(x -> over(w, x)));
    }

    private static boolean over(Tensor w, Shape image) {
        return image.rank() == 3 && image.dim(0) == w.shape().dim(1);
    }

    private static Kernels of(Tensor w, double... values) {
        Raw raw = new Raw(w.shape(), values);
        List<Picture> pictures = new ArrayList<>();
        for (int i = 0; i < raw.count(); i++) {
            Shape shape = w.shape();
            pictures.add(
                    Picture.of(
                            raw.name(i), shape.dim(3), shape.dim(2), raw.depth(), raw.pixels(i)));
        }
        return new Kernels(w.name() + " " + w.shape(), raw.color, pictures);
    }

    /**
     * The same kernels beside each other in one picture, "kernels".
     *
     * @param least pixels that a kernel is wide: its own are repeated until it is
     */
    public static Optional<Picture> grid(Model model, int least) {
        return first(model).map(w -> new Raw(w.shape(), model.parameter(w.name())).grid(least));
    }

    /** Kernels as pixels. */
    private static final class Raw {
        private final int height;
        private final int width;
        private final int kernels;
        private final int channels;
        private final boolean color;
        private final double[] values;
        private final double scale;

        private Raw(Shape shape, double... values) {
            kernels = shape.dim(0);
            channels = shape.dim(1);
            height = shape.dim(2);
            width = shape.dim(3);
            color = channels == RGB;
            this.values = values;
            double largest = DoubleStream.of(values).map(Math::abs).max().orElse(0);
            scale = largest > 0 ? 1 / largest : 0;
        }

        private int count() {
            return Math.min(MOST, color ? kernels : kernels * channels);
        }

        private int depth() {
            return color ? RGB : RGB + 1;
        }

        private String name(int i) {
            return color || channels == 1
                    ? "kernel " + i
                    : "kernel " + i / channels + ", channel " + i % channels;
        }

        private byte[] pixels(int i) {
            int size = height * width;
            return color
                    ? colored(values, i * RGB * size, size, scale)
                    : signed(values, i * size, size, scale);
        }

        private Picture grid(int least) {
            int columns = (int) Math.ceil(Math.sqrt(count()));
            int rows = (count() + columns - 1) / columns;
            int factor = Math.max(1, (least + width - 1) / width);
            int stepX = factor * width + 1;
            int stepY = factor * height + 1;
            int across = columns * stepX - 1;
            int down = rows * stepY - 1;
            byte[] all = new byte[across * down * depth()];
            for (int i = 0; i < count(); i++) {
                byte[] pixels = pixels(i);
                for (int y = 0; y < factor * height; y++) {
                    for (int x = 0; x < factor * width; x++) {
                        int from = (y / factor * width + x / factor) * depth();
                        int to = (i / columns * stepY + y) * across + i % columns * stepX + x;
                        System.arraycopy(pixels, from, all, to * depth(), depth());
                    }
                }
            }
            return Picture.of("kernels", across, down, depth(), all);
        }
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
