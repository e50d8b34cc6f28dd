package io.retrograd.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.tensor.Shape;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way of rounding and placing that Resize has: computed as ONNX Runtime does, or refused. */
class OnnxResizeTest {
    private static final Shape SHAPE = Shape.of(1, 2, 3, 4);
    private static final List<String> PLACES =
            List.of("half_pixel", "pytorch_half_pixel", "asymmetric", "align_corners");
    private static final List<String> ROUNDINGS =
            List.of("floor", "ceil", "round_prefer_floor", "round_prefer_ceil");

    @TempDir private Path folder;

    @Test
    void nearestIsThatOfOnnxRuntime() throws IOException, OrtException {
        Set<String> read = new TreeSet<>();
        for (String place : PLACES) {
            for (String rounding : ROUNDINGS) {
                if (agrees(place, rounding, "nearest")) {
                    read.add(place + " " + rounding);
                }
            }
        }
        assertEquals(
                Set.of(
                        "align_corners round_prefer_ceil",
                        "align_corners round_prefer_floor",
                        "asymmetric floor",
                        "asymmetric round_prefer_floor",
                        "half_pixel round_prefer_ceil",
                        "half_pixel round_prefer_floor",
                        "pytorch_half_pixel round_prefer_ceil",
                        "pytorch_half_pixel round_prefer_floor"),
                read);
    }

    @Test
    void linearIsThatOfOnnxRuntime() throws IOException, OrtException {
        Set<String> read = new TreeSet<>();
        for (String place : PLACES) {
            if (agrees(place, "floor", "linear")) {
                read.add(place);
            }
        }
        assertEquals(Set.of("align_corners", "half_pixel", "pytorch_half_pixel"), read);
    }

    /** Whether it can be read; what can is compared. */
    private boolean agrees(String place, String rounding, String mode)
            throws IOException, OrtException {
        double[] x = IntStream.range(0, (int) SHAPE.size()).mapToDouble(i -> i * i).toArray();
        Path file = Files.write(folder.resolve("resize.onnx"), bytes(place, rounding, mode));
        OnnxNetwork network;
        try {
            network = Onnx.read(file);
        } catch (IllegalArgumentException e) {
            return false;
        }
        try (Backend backend = Backends.open("reference");
                Model model = network.model(backend, /* seed= */ 1);
                Session session = new Session(file)) {
            double[] expected = session.run(Map.of("x", x), Map.of("x", SHAPE)).get("y");
            assertArrayEquals(expected, model.predict(x), 1e-4, place + " " + rounding);
        }
        return true;
    }

    private static byte[] bytes(String place, String rounding, String mode) {
        TensorProto scales =
                TensorProto.newBuilder()
                        .setName("scales")
                        .setDataType(DataType.FLOAT_VALUE)
                        .addDims(4)
                        .addAllFloatData(List.of(1f, 1f, 2f, 2f))
                        .build();
        NodeProto resize =
                NodeProto.newBuilder()
                        .setOpType("Resize")
                        .addAllInput(List.of("x", "", "scales"))
                        .addOutput("y")
                        .addAttribute(text("coordinate_transformation_mode", place))
                        .addAttribute(text("nearest_mode", rounding))
                        .addAttribute(text("mode", mode))
                        .build();
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(
                        GraphProto.newBuilder()
                                .setName("resize")
                                .addInput(OnnxStrangersTest.value("x", 1, 2, 3, 4))
                                .addInitializer(scales)
                                .addNode(resize)
                                .addOutput(OnnxStrangersTest.value("y", 1, 2, 6, 8)))
                .build()
                .toByteArray();
    }

    private static AttributeProto text(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }
}
