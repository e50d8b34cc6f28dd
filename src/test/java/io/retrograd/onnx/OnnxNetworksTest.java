package io.retrograd.onnx;

import io.retrograd.layer.Layer;
import io.retrograd.model.DenseNet;
import io.retrograd.model.MobileNetV2;
import io.retrograd.model.Models;
import io.retrograd.model.ResNet;
import io.retrograd.model.Vgg;
import io.retrograd.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every network of the catalogue in ONNX Runtime, for batches of odd sizes. */
class OnnxNetworksTest {
    /** Networks that take the reference long, with narrow ones of the same layers. */
    private static final Map<String, Layer> NARROW =
            Map.ofEntries(
                    Map.entry("densenet121", DenseNet.imageNet(8, 4, 7, 2, 3, 4, 2)),
                    Map.entry("mobilenetv2", MobileNetV2.imageNet(7, 0.25)),
                    Map.entry("resnet18", ResNet.basic(4, 7, 2, 2, 2, 2)),
                    Map.entry("resnet18-cifar", ResNet.basic(3, 7, 2, 2, 2, 2)),
                    Map.entry("resnet34", ResNet.basic(4, 7, 3, 4, 6, 3)),
                    Map.entry("resnet50", ResNet.bottleneck(4, 7, 3, 4, 6, 3)),
                    Map.entry("resnet50-cifar", ResNet.bottleneck(3, 7, 3, 4, 6, 3)),
                    Map.entry("vgg11-bn", Vgg.imageNet(4, 16, 7, 1, 1, 2, 2, 2)),
                    Map.entry("vgg16-bn", Vgg.imageNet(4, 16, 7, 2, 2, 3, 3, 3)));

    /** The smaller one of two networks that have no narrow form stands for both. */
    private static final String WIDE = "seresnet50";

    @TempDir private static Path folder;

    static Stream<Arguments> networks() {
        List<Arguments> all = new ArrayList<>();
        for (String name : Models.names()) {
            Models.Entry entry = Models.get(name);
            boolean small = Models.smallForms().containsKey(name) || name.equals(WIDE);
            if (!small) {
                Layer narrow = NARROW.get(name);
                Layer network = narrow == null ? entry.create() : narrow;
                all.add(
                        Arguments.of(
                                name,
                                network,
                                entry.checkShape().batch(name.startsWith("seresnet") ? 1 : 3)));
            }
        }
        Models.smallForms()
                .forEach(
                        (name, form) ->
                                all.add(
                                        Arguments.of(
                                                name + ", small",
                                                form.network(),
                                                form.inputShape())));
        return all.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("networks")
    void computesTheSame(String name, Layer network, Shape shape) throws Exception {
        Path file = folder.resolve("net.onnx");
        try (Written written = new Written(network, shape)) {
            written.agrees(name, file, new ExportOptions().dynamicBatch(true));
        }
    }
}
