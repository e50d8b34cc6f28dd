package io.retrograd.backend.conformance;

import io.retrograd.layer.AdaptiveAvgPool1d;
import io.retrograd.layer.AdaptiveAvgPool2d;
import io.retrograd.layer.AdaptiveAvgPool3d;
import io.retrograd.layer.AdaptiveMaxPool1d;
import io.retrograd.layer.AdaptiveMaxPool2d;
import io.retrograd.layer.AdaptiveMaxPool3d;
import io.retrograd.layer.AvgPool1d;
import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.AvgPool3d;
import io.retrograd.layer.Conv1d;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.Conv3d;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.Layer;
import io.retrograd.layer.MaxPool1d;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.MaxPool3d;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;

/**
 * Pooling, alone and between others. Small integers have many ties in a window; sums of them and
 * means over powers of two are exact.
 */
final class PoolingCases {
    private PoolingCases() {}

    /** A pooling and the shape of its input. */
    private record Pool(Layer layer, Shape shape) {
        Comparison alone() {
            return Comparison.of(layer, shape);
        }

        /** The output of a convolution may lie in another order. */
        Comparison between() {
            int channels = shape.dim(1);
            Layer before =
                    switch (shape.rank()) {
                        case 3 -> new Conv1d(channels, 1);
                        case 4 -> new Conv2d(channels, 1);
                        default -> new Conv3d(channels, 1);
                    };
            return Comparison.of(new Sequential(before, layer, new Relu()), shape);
        }
    }

    static Stream<Comparison> all() {
        Stream<Comparison> exact =
                Stream.of(maxima(), emptyWindows(), exactMeans())
                        .flatMap(List::stream)
                        .flatMap(pool -> Stream.of(pool.alone().exact(), pool.between().exact()));
        Stream<Comparison> fractions =
                means().stream().flatMap(pool -> Stream.of(pool.alone(), pool.between()));
        return Stream.concat(exact, fractions);
    }

    private static List<Pool> maxima() {
        return List.of(
                of(new MaxPool1d(3), 3, 2, 13),
                of(new MaxPool1d(2).padding(1).stride(3).ceilMode(true), 2, 16, 7),
                of(new MaxPool2d(2), 3, 3, 7, 13),
                of(new MaxPool2d(1), 1, 1, 1, 1),
                of(new MaxPool2d(3).stride(2).padding(1), 2, 13, 7, 5),
                of(new MaxPool2d(5, 2).stride(1, 3).padding(2, 1).ceilMode(true), 1, 8, 7, 3),
                of(new MaxPool2d(3, 1).stride(1), 2, 17, 3, 1),
                of(new MaxPool2d(2).dilation(2).stride(1), 2, 3, 7, 5),
                of(new MaxPool2d(3).dilation(3, 1).padding(1).stride(2), 2, 8, 9, 5),
                of(new MaxPool3d(2), 2, 3, 3, 4, 5),
                of(new AdaptiveMaxPool1d(3), 2, 3, 12),
                of(new AdaptiveMaxPool1d(5), 2, 3, 13),
                of(new AdaptiveMaxPool2d(3, 7), 2, 16, 7, 3),
                of(new AdaptiveMaxPool2d(2, 4), 3, 13, 4, 8),
                of(new AdaptiveMaxPool3d(2, 3, 1), 2, 8, 3, 5, 4),
                of(new MaxPool3d(3, 2, 1).stride(1, 2, 1).padding(1, 1, 0), 1, 8, 3, 5, 2));
    }

    /** Windows whose dilated elements all miss the input. */
    private static List<Pool> emptyWindows() {
        return List.of(
                of(new MaxPool1d(2).dilation(5).padding(1), 2, 3, 4),
                of(new MaxPool2d(2).dilation(4, 1).padding(1).stride(1), 2, 3, 3, 5),
                of(
                        new MaxPool2d(2).dilation(1, 7).padding(1).stride(4).ceilMode(true),
                        1,
                        8,
                        4,
                        3));
    }

    /** Means over 1, 2, 4 or 8 elements. */
    private static List<Pool> exactMeans() {
        return List.of(
                of(new AvgPool1d(4).stride(1).padding(2), 3, 2, 13),
                of(new AvgPool2d(2), 3, 3, 7, 13),
                of(new AvgPool2d(1), 1, 1, 1, 1),
                of(new AvgPool2d(2, 4).stride(1, 3).padding(1, 2), 2, 13, 7, 5),
                of(new AvgPool2d(2).padding(1).countIncludePad(false), 2, 8, 7, 5),
                of(new AvgPool2d(2).stride(1).ceilMode(true), 2, 17, 3, 4),
                of(new AvgPool2d(4, 2).padding(2, 1).stride(3).ceilMode(true), 2, 16, 6, 6),
                of(new AvgPool3d(2).padding(1), 2, 8, 3, 4, 5),
                of(new AdaptiveAvgPool1d(3), 2, 3, 12),
                of(new AdaptiveAvgPool2d(3, 2), 2, 8, 6, 8),
                of(new AdaptiveAvgPool2d(8, 4), 2, 13, 4, 2),
                of(new GlobalAvgPool2d(), 3, 16, 4, 8),
                of(new GlobalAvgPool2d(), 1, 7, 1, 1));
    }

    private static List<Pool> means() {
        return List.of(
                of(new AvgPool1d(3).padding(1).stride(2).ceilMode(true), 2, 3, 8),
                of(new AvgPool2d(3).padding(1), 3, 7, 7, 13),
                of(new AvgPool2d(3).padding(1).countIncludePad(false), 3, 8, 7, 5),
                of(new AvgPool2d(3, 5).stride(2).padding(1, 2).ceilMode(true), 2, 16, 8, 10),
                of(new AvgPool2d(3).stride(2).ceilMode(true).countIncludePad(false), 2, 13, 6, 8),
                of(new AvgPool3d(3, 1, 2).stride(2).padding(1, 0, 1), 2, 8, 5, 3, 5),
                of(new AdaptiveAvgPool1d(5), 2, 3, 13),
                of(new AdaptiveAvgPool2d(3, 7), 2, 16, 7, 3),
                of(new AdaptiveAvgPool3d(2, 3, 1), 2, 8, 3, 5, 3),
                of(new GlobalAvgPool2d(), 3, 17, 7, 13));
    }

    private static Pool of(Layer layer, int... shape) {
        return new Pool(layer, Shape.of(shape));
    }
}
