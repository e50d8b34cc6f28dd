package io.retrograd.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.retrograd.bind.BindOptions;
import io.retrograd.bind.Binder;
import io.retrograd.bind.Binding;
import io.retrograd.layer.AdaptiveAvgPool2d;
import io.retrograd.layer.AdaptiveAvgPool3d;
import io.retrograd.layer.AdaptiveMaxPool2d;
import io.retrograd.layer.AvgPool2d;
import io.retrograd.layer.BatchNorm;
import io.retrograd.layer.Conv2d;
import io.retrograd.layer.ConvTranspose2d;
import io.retrograd.layer.Custom;
import io.retrograd.layer.DropPath;
import io.retrograd.layer.Dropout;
import io.retrograd.layer.Dropout2d;
import io.retrograd.layer.Flatten;
import io.retrograd.layer.Graph;
import io.retrograd.layer.Interpolate;
import io.retrograd.layer.Layer;
import io.retrograd.layer.Linear;
import io.retrograd.layer.LocalResponseNorm;
import io.retrograd.layer.Lstm;
import io.retrograd.layer.MaxPool2d;
import io.retrograd.layer.Pad;
import io.retrograd.layer.Relu;
import io.retrograd.layer.Sequential;
import io.retrograd.layer.Softmax;
import io.retrograd.operation.PadSpec.Mode;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What options do to a file, and settings of layers that operators have in another way. */
class OnnxWriteTest {
    private static final ExportOptions ANY = new ExportOptions().dynamicBatch(true);

    @TempDir private Path folder;

    private Path file() {
        return folder.resolve("net.onnx");
    }

    private ModelProto read() throws IOException {
        return ModelProto.parseFrom(Files.readAllBytes(file()));
    }

    private static long count(ModelProto model, String operator) {
        return model.getGraph().getNodeList().stream()
                .map(NodeProto::getOpType)
                .filter(operator::equals)
                .count();
    }

    private static Stream<Arguments> settings() {
        return Stream.of(
                Arguments.of(new MaxPool2d(3).stride(2).padding(1).ceilMode(true), picture(6, 7)),
                Arguments.of(
                        new MaxPool2d(2).stride(3).dilation(3).padding(1).ceilMode(true),
                        picture(9, 8)),
                Arguments.of(new AvgPool2d(3).stride(2).padding(1).ceilMode(true), picture(6, 7)),
                Arguments.of(
                        new AvgPool2d(3).stride(2).padding(1).ceilMode(true).countIncludePad(false),
                        picture(6, 7)),
                Arguments.of(new AdaptiveAvgPool2d(3, 2), picture(5, 7)),
                Arguments.of(new AdaptiveAvgPool2d(2, 3), picture(4, 6)),
                Arguments.of(new AdaptiveAvgPool3d(2, 3, 4), Shape.of(2, 3, 3, 5, 7)),
                Arguments.of(new AdaptiveMaxPool2d(3, 5), picture(5, 7)),
                Arguments.of(new AdaptiveMaxPool2d(1, 1), picture(5, 7)),
                Arguments.of(new LocalResponseNorm(2), picture(2, 3)),
                Arguments.of(new LocalResponseNorm(3), picture(2, 3)),
                Arguments.of(new LocalResponseNorm(4), Shape.of(3, 5, 2)),
                Arguments.of(new Pad(3, -2).mode(Mode.REFLECT), picture(4, 5)),
                Arguments.of(new Pad(-1, -2), picture(4, 5)),
                Arguments.of(Interpolate.to(7, 3), picture(3, 7)),
                Arguments.of(Interpolate.by(3, 2), picture(3, 7)),
                Arguments.of(Interpolate.to(1, 9).linear(), picture(4, 5)),
                Arguments.of(Interpolate.to(1, 9).linear(true), picture(4, 5)),
                Arguments.of(new BatchNorm(), Shape.of(3, 4)),
                Arguments.of(
                        new Lstm(4).layers(2).bidirectional(true).batchFirst(false),
                        Shape.of(5, 3, 2)));
    }

    private static Shape picture(int height, int width) {
        return Shape.of(3, 5, height, width);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void settings(Layer layer, Shape shape) throws Exception {
        try (Written written = new Written(layer, shape)) {
            written.agrees(layer.toString(), file(), new ExportOptions());
            written.agrees(layer.toString(), file(), new ExportOptions().opset(13));
        }
    }

    @Test
    void namesInputsOutputsAndParameters() throws Exception {
        Graph graph =
                Graph.of("left", "right")
                        .node("first", new Linear(4), "left")
                        .shared("second", "first", "right")
                        .node("soft", new Softmax(1), "second")
                        .outputs("soft", "second", "first");
        Map<String, Shape> shapes = Map.of("left", Shape.of(3, 5), "right", Shape.of(3, 5));
        try (Written written = new Written(graph, shapes)) {
            written.agrees("names", file(), ANY);
        }
        ModelProto model = read();
        List<String> names =
                model.getGraph().getInitializerList().stream().map(TensorProto::getName).toList();
        assertEquals(1, names.stream().filter("first.weight"::equals).count(), names.toString());
        assertTrue(names.contains("first.bias"), names.toString());
        assertEquals(
                "batch",
                model.getGraph()
                        .getInput(0)
                        .getType()
                        .getTensorType()
                        .getShape()
                        .getDim(0)
                        .getDimParam());
    }

    private static Layer normed() {
        return new Sequential(
                new Conv2d(6, 3).groups(2).padding(1).bias(false),
                new BatchNorm(),
                new Relu(),
                new ConvTranspose2d(6, 2).groups(3).stride(2),
                new BatchNorm(),
                new Conv2d(4, 1),
                new BatchNorm(),
                new Flatten(),
                new Linear(5),
                new BatchNorm(),
                new Relu(),
                new BatchNorm());
    }

    /** All but the last, which stands behind no product. */
    @Test
    void foldsBatchNorm() throws Exception {
        try (Written written = new Written(normed(), Shape.of(3, 4, 3, 2))) {
            written.agrees("apart", file(), ANY);
            assertEquals(5, count(read(), "BatchNormalization"));
            written.agrees("folded", file(), ANY.foldBatchNorm(true));
            assertEquals(1, count(read(), "BatchNormalization"));
        }
    }

    /** What another layer reads too must stay as it is. */
    @Test
    void foldsNothingThatIsReadTwice() throws Exception {
        Graph graph =
                Graph.of("x")
                        .node("conv", new Conv2d(4, 1), "x")
                        .node("norm", new BatchNorm(), "conv")
                        .outputs("norm", "conv");
        try (Written written = new Written(graph, Map.of("x", Shape.of(3, 2, 3, 3)))) {
            written.agrees("twice", file(), ANY.foldBatchNorm(true));
            assertEquals(1, count(read(), "BatchNormalization"));
        }
    }

    /** Weights that float16 has are the same in half the bytes. */
    @Test
    void float16() throws Exception {
        try (Written written = new Written(normed(), Shape.of(3, 4, 3, 2))) {
            for (String name : written.model().names()) {
                double[] w = written.model().parameter(name);
                Arrays.setAll(w, i -> name.endsWith("var") ? w[i] : Math.rint(w[i] * 256) / 256);
                written.model().setParameter(name, w);
            }
            written.agrees("half", file(), ANY.float16(true));
            long floats =
                    read().getGraph().getInitializerList().stream()
                            .filter(w -> w.getDataType() == TensorProto.DataType.FLOAT16_VALUE)
                            .count();
            assertEquals(17, floats);
            written.model().setParameter("0.weight", constant(written, "0.weight", 65520));
            String message =
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> Onnx.write(written.model(), file(), ANY.float16(true)))
                            .getMessage();
            assertTrue(message.startsWith("0.weight: expected weights up to 65504"), message);
        }
    }

    private static double[] constant(Written written, String name, double value) {
        double[] w = written.model().parameter(name);
        Arrays.fill(w, value);
        return w;
    }

    @Test
    void customOperationsAreNamedOrDecomposed() throws Exception {
        Layer network =
                new Sequential(
                        new Linear(3), Custom.of("square", x -> x * x, x -> 2 * x), new Linear(2));
        try (Written written = new Written(network, Shape.of(3, 4))) {
            String message =
                    assertThrows(
                                    IllegalArgumentException.class,
                                    () -> Onnx.write(written.model(), file()))
                            .getMessage();
            assertTrue(message.startsWith("1: expected operations that ONNX has"), message);
            assertTrue(message.contains("got square"), message);
            assertFalse(Files.exists(file()));
            written.agrees(
                    "square",
                    file(),
                    ANY.decomposition("square", (graph, x, parameters) -> graph.node("Mul", x, x)));
        }
    }

    @Test
    void metadataIsKept() throws Exception {
        try (Written written = new Written(new Linear(2), Shape.of(1, 3))) {
            Onnx.write(written.model(), file(), ANY.metadata("classes", "[\"a\", \"b\"]"));
            try (Session session = new Session(file())) {
                assertEquals(
                        Map.of("classes", "[\"a\", \"b\"]"),
                        session.ort().getMetadata().getCustomMetadata());
                assertEquals("retrograd", session.ort().getMetadata().getProducerName());
            }
        }
    }

    @Test
    void theSameNetworkIsTheSameFile() throws Exception {
        try (Written written = new Written(normed(), Shape.of(3, 4, 3, 2))) {
            Onnx.write(written.model(), file());
            byte[] first = Files.readAllBytes(file());
            Onnx.write(written.model(), file());
            assertArrayEquals(first, Files.readAllBytes(file()));
        }
    }

    @Test
    void refusesWhatCannotBe() {
        ExportOptions usual = new ExportOptions();
        assertThrows(IllegalArgumentException.class, () -> usual.opset(12));
        assertThrows(IllegalArgumentException.class, () -> usual.opset(24));
        assertThrows(IllegalArgumentException.class, () -> usual.batch(0));
        assertThrows(IllegalArgumentException.class, () -> usual.opset(13).training(true));
        ExportOptions folded = usual.foldBatchNorm(true);
        assertThrows(IllegalArgumentException.class, () -> folded.training(true));
        String message =
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new GraphBuilder(13).room(1L << 31))
                        .getMessage();
        assertTrue(message.contains("2 GiB"), message);
    }

    /** Batch norm takes the batch's statistics. */
    @Test
    void trainingForm() throws Exception {
        Layer network = normed();
        Shape shape = Shape.of(5, 4, 3, 2);
        try (Written written = new Written(network, shape)) {
            Onnx.write(written.model(), file(), ANY.training(true));
            double[] x = written.inputs().get("input");
            Binder binder = new Binder(written.model().parameters(), BindOptions.forward(true));
            Tensor input = binder.input(shape);
            Tensor output = binder.keep(network.bind(binder, input));
            try (Binding binding = binder.commit();
                    Session session = new Session(file())) {
                input.copyFrom(x);
                binding.forward();
                double[] got =
                        session.run(Map.of("input", x), Map.of("input", shape)).get("output");
                assertArrayEquals(output.toArray(), got, 2e-5);
                assertTrue(Written.far(written.model().predict(x), got) > 0.1);
            }
        }
    }

    /** Dropout drops elements, channels and samples by the random numbers of who runs it. */
    @Test
    void dropoutDropsInTrainingForm() throws Exception {
        Layer network = new Sequential(new Dropout(0.25), new Dropout2d(0.25), new DropPath(0.25));
        Shape shape = Shape.of(128, 16, 4, 4);
        try (Written written = new Written(network, shape)) {
            Onnx.write(written.model(), file(), ANY.training(true));
            double[] x = written.inputs().get("input");
            try (Session session = Session.asWritten(file())) {
                double[] y = session.run(Map.of("input", x), Map.of("input", shape)).get("output");
                double kept = 0;
                for (int i = 0; i < y.length; i++) {
                    kept += y[i] == 0 ? 0 : 1;
                    double share = y[i] / x[i] * Math.pow(0.75, 3);
                    assertTrue(y[i] == 0 || Math.abs(share - 1) < 1e-5, "kept " + share);
                }
                assertEquals(Math.pow(0.75, 3), kept / y.length, 0.1);
            }
        }
    }
}
