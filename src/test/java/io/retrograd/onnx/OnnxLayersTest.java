package io.retrograd.onnx;

import io.retrograd.gradcheck.LayerCatalogue;
import io.retrograd.layer.Custom;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Network;
import io.retrograd.tensor.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layer of the library, at every form of the operators that differ, in ONNX Runtime. */
class OnnxLayersTest {
    /** In which operators of the library's layers are others than before. */
    private static final List<Integer> OPSETS = List.of(13, 17, 18, 23);

    /** Entries whose parameters or sizes are those of one batch size. */
    private static final Pattern ONE_BATCH = Pattern.compile(".*-(states|lengths)|view");

    @TempDir private static Path folder;

    static Stream<Arguments> layers() {
        return LayerCatalogue.entries().stream()
                .filter(entry -> entry.layer().isPresent() && entry.loss().isEmpty())
                .filter(entry -> !(entry.layer().get() instanceof Custom))
                .filter(entry -> !ONE_BATCH.matcher(entry.name()).matches())
                .map(entry -> Arguments.of(entry.name(), entry.layer().get(), entry.inputShape()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("layers")
    void computesTheSame(String name, Layer layer, Shape shape) throws Exception {
        try (Written written = new Written(layer, shapes(layer, shape))) {
            for (int opset : OPSETS) {
                ExportOptions options = new ExportOptions().opset(opset);
                Path file = folder.resolve(name + "-" + opset + ".onnx");
                written.agrees(name, file, options);
            }
            ExportOptions any = new ExportOptions().dynamicBatch(true);
            written.agrees(name + ", dynamic", folder.resolve(name + ".onnx"), any);
        }
    }

    static Map<String, Shape> shapes(Layer layer, Shape shape) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        Network.of(layer).inputs().forEach(input -> shapes.put(input, shape));
        return shapes;
    }
}
