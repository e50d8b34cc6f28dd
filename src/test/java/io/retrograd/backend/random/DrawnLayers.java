package io.retrograd.backend.random;

import io.retrograd.layer.Activation;
import io.retrograd.layer.AdaptiveAvgPool1d;
import io.retrograd.layer.AdaptiveAvgPool2d;
import io.retrograd.layer.AveragePooling;
import io.retrograd.layer.AvgPool1d;
import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.AvgPool3d;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.GroupNorm;
import io.retrograd.layer.Layer;
import io.retrograd.layer.LayerNorm;
import io.retrograd.layer.Linear;
import io.retrograd.layer.LocalResponseNorm;
import io.retrograd.layer.LogSoftmax;
import io.retrograd.layer.MaxPool1d;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.MaxPool3d;
import io.retrograd.layer.MaxPooling;
import io.retrograd.layer.Pooling;
import io.retrograd.layer.Prelu;
import io.retrograd.layer.Softmax;
import io.retrograd.layer.Transpose;
import io.retrograd.operation.ActivationSpec;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Draws single layers other than convolutions and recurrent ones. */
final class DrawnLayers {
    private final Draw draw;

    DrawnLayers(Draw draw) {
        this.draw = draw;
    }

    /** A layer, as it is written in Java, and whether integers stay integers. */
    private record Written(Layer layer, String code, boolean exact) {
        static Written of(Layer layer, String code) {
            return new Written(layer, code, /* exact= */ false);
        }

        Drawn on(Shape shape) {
            return Drawn.of(layer, code, shape, exact);
        }
    }

    Drawn pooling() {
        int dims = draw.of(1, 2, 2, 3);
        int[] kernel = draw.once(2) ? sizes(dims, 1, 5) : same(dims, draw.between(1, 5));
        Shape shape = Shape.of(join(draw.between(1, 3), channels(), sizes(dims, 1, 11)));
        String size = dims + "d(" + DrawnConvolutions.list(kernel) + ")";
        boolean maximum = draw.once(2);
        return (maximum ? maximum(dims, kernel, size) : average(dims, kernel, size)).on(shape);
    }

    private Written maximum(int dims, int[] kernel, String size) {
        String code = "new MaxPool" + size;
        return switch (dims) {
            case 1 -> maximum(new MaxPool1d(kernel), code, dims);
            case 2 -> maximum(new MaxPool2d(kernel), code, dims);
            default -> maximum(new MaxPool3d(kernel), code, dims);
        };
    }

    private Written average(int dims, int[] kernel, String size) {
        String code = "new AvgPool" + size;
        return switch (dims) {
            case 1 -> average(new AvgPool1d(kernel), code, dims);
            case 2 -> average(new AvgPool2d(kernel), code, dims);
            default -> average(new AvgPool3d(kernel), code, dims);
        };
    }

    private <L extends MaxPooling<L>> Written maximum(L layer, String code, int dims) {
        int[] dilation = draw.once(4) ? sizes(dims, 1, 3) : same(dims, 1);
        String more = ".dilation(" + DrawnConvolutions.list(dilation) + ")";
        Written written = settings(layer.dilation(dilation), code + more, dims);
        return new Written(written.layer, written.code, /* exact= */ true);
    }

    private <L extends AveragePooling<L>> Written average(L layer, String code, int dims) {
        boolean all = draw.once(2);
        return settings(layer.countIncludePad(all), code + ".countIncludePad(" + all + ")", dims);
    }

    private <L extends Pooling<L>> Written settings(L layer, String code, int dims) {
        int[] stride = draw.once(2) ? sizes(dims, 1, 4) : same(dims, draw.between(1, 3));
        int[] padding = draw.once(2) ? sizes(dims, 0, 2) : new int[dims];
        boolean ceil = draw.once(3);
        String more =
                String.format(
                        ".stride(%s).padding(%s).ceilMode(%s)",
                        DrawnConvolutions.list(stride), DrawnConvolutions.list(padding), ceil);
        return Written.of(layer.stride(stride).padding(padding).ceilMode(ceil), code + more);
    }

    Drawn adaptivePooling() {
        int out = draw.between(1, 6);
        int n = draw.between(1, 3);
        return draw.of(
                List.of(
                        Written.of(new AdaptiveAvgPool1d(out), "new AdaptiveAvgPool1d(" + out + ")")
                                .on(Shape.of(n, channels(), draw.between(1, 13))),
                        Written.of(new AdaptiveAvgPool2d(out), "new AdaptiveAvgPool2d(" + out + ")")
                                .on(Shape.of(join(n, channels(), sizes(2, 1, 13)))),
                        Written.of(new GlobalAvgPool2d(), "new GlobalAvgPool2d()")
                                .on(Shape.of(join(n, channels(), sizes(2, 1, 13))))));
    }

    /** Over at least {@code 5} numbers, and not of almost equal ones, whose gradients cancel. */
    Drawn norm() {
        int groups = draw.of(1, 2, 3, 4);
        int channels = groups * draw.of(1, 2, 5, 8);
        int width = draw.of(5, 7, 8, 16, 17);
        int height = draw.of(1, 2, 3, 7);
        int n = draw.of(1, 2, 3, 5);
        int window = draw.between(1, 6);
        Shape shape = Shape.of(n, channels, height, width);
        return draw.of(
                List.of(
                        Written.of(new BatchNorm().eps(1e-2), "new BatchNorm().eps(1e-2)")
                                .on(shape),
                        Written.of(new BatchNorm().eps(1e-2), "new BatchNorm().eps(1e-2)")
                                .on(Shape.of(4 + n, channels)),
                        Written.of(
                                        new LayerNorm(height, width).eps(1e-2),
                                        String.format(
                                                "new LayerNorm(%d, %d).eps(1e-2)", height, width))
                                .on(shape),
                        Written.of(
                                        new LayerNorm(width).eps(1e-2),
                                        "new LayerNorm(" + width + ").eps(1e-2)")
                                .on(Shape.of(n, channels, width)),
                        Written.of(
                                        new GroupNorm(groups).eps(1e-2),
                                        "new GroupNorm(" + groups + ").eps(1e-2)")
                                .on(shape),
                        Written.of(
                                        new LocalResponseNorm(window),
                                        "new LocalResponseNorm(" + window + ")")
                                .on(shape)));
    }

    Drawn element() {
        return draw.of(activations()).on(anyShape());
    }

    private static List<Written> activations() {
        List<Written> all =
                new ArrayList<>(
                        List.of(
                                Written.of(new Softmax(1), "new Softmax(1)"),
                                Written.of(new Softmax(-1), "new Softmax(-1)"),
                                Written.of(new LogSoftmax(1), "new LogSoftmax(1)"),
                                Written.of(new Prelu(), "new Prelu()"),
                                Written.of(
                                        new Prelu().perChannel(true),
                                        "new Prelu().perChannel(true)"),
                                Written.of(new Dropout(0.3), "new Dropout(0.3)")));
        for (ActivationSpec.Kind kind : ActivationSpec.Kind.values()) {
            all.add(
                    new Written(
                            Activation.of(new ActivationSpec(kind, 0.7)),
                            "Activation.of(new ActivationSpec(ActivationSpec.Kind."
                                    + kind
                                    + ", 0.7))",
                            /* exact= */ kind == ActivationSpec.Kind.RELU));
        }
        return all;
    }

    Drawn product() {
        int units = draw.of(1, 2, 3, 7, 8, 16, 17, 33);
        boolean bias = draw.once(2);
        return new Written(
                        new Linear(units).bias(bias),
                        String.format("new Linear(%d).bias(%s)", units, bias),
                        /* exact= */ true)
                .on(anyShape());
    }

    Drawn move() {
        return draw.of(
                List.of(
                        new Written(new Flatten(), "new Flatten()", /* exact= */ true)
                                .on(anyShape()),
                        new Written(new Transpose(1, -1), "new Transpose(1, -1)", /* exact= */ true)
                                .on(anyShape())));
    }

    /** A shape of 2 to 5 dimensions. */
    private Shape anyShape() {
        int[] more = sizes(draw.between(0, 3), 1, 7);
        return Shape.of(join(draw.of(1, 2, 3, 5), channels(), more));
    }

    private int channels() {
        return draw.of(1, 2, 3, 5, 7, 8, 13, 16, 17);
    }

    private int[] sizes(int dims, int from, int to) {
        return IntStream.range(0, dims).map(i -> draw.between(from, to)).toArray();
    }

    private static int[] same(int dims, int value) {
        int[] sizes = new int[dims];
        Arrays.fill(sizes, value);
        return sizes;
    }

    private static int[] join(int n, int channels, int[] sizes) {
        int[] shape = new int[sizes.length + 2];
        shape[0] = n;
        shape[1] = channels;
        System.arraycopy(sizes, 0, shape, 2, sizes.length);
        return shape;
    }
}
