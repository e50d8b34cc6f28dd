package io.retrograd.certify;

import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Gelu;
import io.retrograd.layer.Gru;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.Linear;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Residual;
import io.retrograd.layer.Rnn;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Sigmoid;
import io.retrograd.layer.Silu;
import io.retrograd.layer.Tanh;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Networks drawn by a seed, at sizes that no block or warp divides: convolutions in one to three
 * dimensions, recurrent layers, maps of vectors, each with a norm, an activation, a head.
 */
final class RandomNetworks {
    /** Elements of an input, so that the reference takes a fraction of a second. */
    private static final int MOST_ELEMENTS = 3000;

    private static final int[] CHANNELS = {1, 2, 3, 5, 7, 13, 17, 31};
    private static final int[] SIZES = {1, 3, 5, 7, 9, 13, 17, 33};
    private static final int[] BATCHES = {1, 2, 3, 5, 7};

    private final SplittableRandom random;

    /** A network and its input, the batch included. */
    record Drawn(Layer network, Shape input) {
        String text() {
            return input + " " + network;
        }
    }

    private RandomNetworks(long seed) {
        random = new SplittableRandom(seed);
    }

    /** The network of a seed. */
    static Drawn of(long seed) {
        return new RandomNetworks(seed).draw();
    }

    private Drawn draw() {
        return switch (random.nextInt(6)) {
            case 0 -> recurrent();
            case 1 -> vectors();
            case 2 -> convolving(1);
            case 3 -> convolving(3);
            default -> convolving(2);
        };
    }

    private Drawn recurrent() {
        Shape input = input(of(SIZES), of(CHANNELS));
        int hidden = of(CHANNELS);
        boolean both = random.nextBoolean();
        Layer layer =
                switch (random.nextInt(3)) {
                    case 0 -> new Gru(hidden).bidirectional(both);
                    case 1 -> new Lstm(hidden).bidirectional(both);
                    default -> new Rnn(hidden).bidirectional(both);
                };
        return new Drawn(new Sequential(layer, activation(), new Linear(of(CHANNELS))), input);
    }

    private Drawn vectors() {
        Shape input = input(of(CHANNELS) * of(SIZES));
        int hidden = of(CHANNELS) * of(1, 1, 3, 5);
        Layer inner = new Sequential(new Linear(hidden), activation(), new Linear(hidden));
        return new Drawn(
                new Sequential(
                        new Linear(hidden),
                        new LayerNorm(hidden),
                        activation(),
                        new Residual(inner),
                        new Linear(of(CHANNELS))),
                input);
    }

    private Drawn convolving(int dims) {
        int[] sizes = new int[dims + 1];
        sizes[0] = of(CHANNELS);
        for (int i = 1; i <= dims; i++) {
            sizes[i] = of(SIZES);
        }
        Shape input = input(sizes);
        List<Layer> layers = new ArrayList<>();
        Shape shape = input;
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
            Layer convolution = convolution(dims, shape);
            layers.add(convolution);
            shape = convolution.outputShape(shape);
            if (shape.size() / shape.dim(1) > 1 && random.nextBoolean()) {
                layers.add(new BatchNorm());
            }
            layers.add(activation());
        }
        if (dims == 2 && Math.min(shape.dim(2), shape.dim(3)) >= 3) {
            layers.add(
                    random.nextBoolean()
                            ? new MaxPool2d(3).stride(2).padding(1)
                            : new AvgPool2d(3).stride(2).padding(1));
        }
        layers.add(new Flatten());
        layers.add(new Linear(of(CHANNELS)));
        return new Drawn(new Sequential(layers), input);
    }

    /**
     * One whose window lies within the padded input, and a dilated one within the input: what sees
     * padding alone is constant, and batch norm divides rounding by its variance of 0.
     */
    private Layer convolution(int dims, Shape shape) {
        int smallest = shape.dims().stream().skip(2).mapToInt(size -> size).min().orElse(1);
        int kernel = of(1, 2, 3, 3, 5);
        int padding = random.nextInt(kernel);
        int stride = of(1, 1, 2, 3);
        int dilation = (kernel - 1) * 2 < smallest ? of(1, 1, 2) : 1;
        if (dilation * (kernel - 1) + 1 > smallest + 2 * padding) {
            kernel = 1;
            dilation = 1;
        }
        boolean depthwise = random.nextInt(4) == 0;
        int groups = depthwise ? shape.dim(1) : 1;
        int channels = depthwise ? groups * of(1, 2) : of(CHANNELS);
        return switch (dims) {
            case 1 ->
                    new Conv1d(channels, kernel)
                            .stride(stride)
                            .padding(padding)
                            .dilation(dilation)
                            .groups(groups);
            case 2 ->
                    new Conv2d(channels, kernel)
                            .stride(stride)
                            .padding(padding)
                            .dilation(dilation)
                            .groups(groups);
            default ->
                    new Conv3d(channels, kernel)
                            .stride(stride)
                            .padding(padding)
                            .dilation(dilation)
                            .groups(groups);
        };
    }

    private Layer activation() {
        return switch (random.nextInt(5)) {
            case 0 -> new Tanh();
            case 1 -> new Sigmoid();
            case 2 -> new Silu();
            case 3 -> new Gelu();
            default -> new Relu();
        };
    }

    /** A batch of samples; sizes are drawn again, smaller, while there are too many elements. */
    private Shape input(int... sample) {
        int[] sizes = sample.clone();
        Shape shape = Shape.of(sizes).batch(of(BATCHES));
        while (shape.size() > MOST_ELEMENTS) {
            int i = random.nextInt(sizes.length);
            sizes[i] = Math.max(1, sizes[i] / 2);
            shape = Shape.of(sizes).batch(shape.dim(0));
        }
        return shape;
    }

    private int of(int... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
