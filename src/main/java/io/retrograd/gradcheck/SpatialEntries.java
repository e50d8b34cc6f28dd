package io.retrograd.gradcheck;

import static io.retrograd.gradcheck.LayerCatalogue.layer;

import io.retrograd.gradcheck.LayerCatalogue.Entry;
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
import io.retrograd.layer.ConvTranspose1d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.ConvTranspose3d;
import io.retrograd.layer.GlobalAvgPool2d;
import io.retrograd.layer.MaxPool1d;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.MaxPool3d;
import java.util.List;
import java.util.stream.Stream;

/** The catalogue's entries of convolutions and poolings. */
final class SpatialEntries {
    private SpatialEntries() {}

    static List<Entry> all() {
        return Stream.of(convolutions(), poolings()).flatMap(List::stream).toList();
    }

    private static List<Entry> convolutions() {
        return List.of(
                layer("conv1d", new Conv1d(4, 3).stride(2).padding(2).dilation(2), 2, 3, 11),
                layer(
                        "conv2d",
                        new Conv2d(3, 3, 2).stride(2, 1).padding(1, 2).dilation(1, 2),
                        2,
                        2,
                        6,
                        5),
                layer("conv2d-grouped", new Conv2d(6, 2, 3).groups(2).padding(0, 1), 2, 4, 4, 5),
                layer(
                        "conv2d-depthwise",
                        new Conv2d(6, 3).groups(3).stride(1, 2).bias(false),
                        2,
                        3,
                        5,
                        6),
                layer(
                        "conv3d",
                        new Conv3d(2, 2, 3, 1).stride(1, 2, 1).padding(1, 1, 0),
                        1,
                        2,
                        3,
                        4,
                        2),
                layer(
                        "conv-transpose1d",
                        new ConvTranspose1d(4, 3).stride(2).padding(1).outputPadding(1).groups(2),
                        2,
                        6,
                        4),
                layer(
                        "conv-transpose2d",
                        new ConvTranspose2d(3, 3, 2)
                                .stride(2, 3)
                                .padding(1, 0)
                                .dilation(1, 2)
                                .outputPadding(1, 2),
                        2,
                        2,
                        3,
                        4),
                layer(
                        "conv-transpose3d",
                        new ConvTranspose3d(4, 2, 1, 3)
                                .stride(1, 2, 2)
                                .padding(0, 0, 1)
                                .outputPadding(0, 1, 0)
                                .groups(2),
                        1,
                        2,
                        2,
                        3,
                        4));
    }

    private static List<Entry> poolings() {
        return List.of(
                layer("max-pool1d", new MaxPool1d(3).stride(2).padding(1).dilation(2), 2, 3, 11),
                layer("max-pool2d", new MaxPool2d(3, 2).stride(2, 1).padding(1), 2, 2, 6, 5),
                layer("max-pool2d-ceil", new MaxPool2d(2).stride(3).ceilMode(true), 2, 2, 5, 8),
                layer("max-pool3d", new MaxPool3d(2, 1, 2).stride(1), 1, 2, 3, 2, 4),
                layer("avg-pool1d", new AvgPool1d(3).stride(2).padding(1), 2, 3, 8),
                layer("avg-pool2d", new AvgPool2d(3, 2).stride(2, 1).padding(1), 2, 2, 6, 5),
                layer(
                        "avg-pool2d-inside",
                        new AvgPool2d(3).stride(2).padding(1).ceilMode(true).countIncludePad(false),
                        2,
                        2,
                        6,
                        5),
                layer("avg-pool3d", new AvgPool3d(2, 1, 3).stride(1, 2, 1), 1, 2, 3, 3, 4),
                layer("adaptive-avg-pool1d", new AdaptiveAvgPool1d(4), 2, 3, 7),
                layer("adaptive-avg-pool2d", new AdaptiveAvgPool2d(3, 2), 2, 2, 7, 5),
                layer("adaptive-avg-pool3d", new AdaptiveAvgPool3d(2, 1, 3), 1, 2, 3, 2, 5),
                layer("adaptive-max-pool1d", new AdaptiveMaxPool1d(4), 2, 3, 7),
                layer("adaptive-max-pool2d", new AdaptiveMaxPool2d(3, 2), 2, 2, 7, 5),
                layer("adaptive-max-pool3d", new AdaptiveMaxPool3d(2, 1, 3), 1, 2, 3, 2, 5),
                layer("global-avg-pool2d", new GlobalAvgPool2d(), 2, 3, 4, 5));
    }
}
