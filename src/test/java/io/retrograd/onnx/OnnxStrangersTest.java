package io.retrograd.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.retrograd.backend.Backend;
import io.retrograd.backend.Backends;
import io.retrograd.backend.MemoryException;
import io.retrograd.interop.FormatException;
import io.retrograd.train.Model;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of strangers: damaged, or made to harm. */
class OnnxStrangersTest {
    private static final int MUTATIONS = 1_000;

    @TempDir private Path folder;

    @Test
    void damagedFilesAreRefusedInOneLine() throws IOException {
        List<String> names =
                List.of("c3d-17", "tied-17", "gru-17", "focus-17", "unet-dynamo", "emblstm-dynamo");
        Random random = new Random(7);
        int refused = 0;
        Path file = folder.resolve("net.onnx");
        try (Backend backend = Backends.open("reference")) {
            for (int i = 0; i < MUTATIONS; i++) {
                byte[] bytes = StoredNetworks.bytes(names.get(i % names.size()));
                Files.write(file, mutated(bytes, random));
                try (Model model = Onnx.read(file).model(backend, /* seed= */ 1)) {
                    assertTrue(!model.names().isEmpty());
                } catch (FormatException | IllegalArgumentException | MemoryException e) {
                    String message = String.valueOf(e.getMessage());
                    assertEquals(1, message.lines().count(), message);
                    refused++;
                }
            }
        }
        assertTrue(refused > MUTATIONS / 3, refused + " were refused");
    }

    private static byte[] mutated(byte[] bytes, Random random) {
        int kind = random.nextInt(4);
        if (kind == 0) {
            return Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        byte[] other = bytes.clone();
        if (kind == 1) {
            int from = random.nextInt(bytes.length - 8);
            System.arraycopy(bytes, random.nextInt(bytes.length - 8), other, from, 8);
            return other;
        }
        for (int i = 1 + random.nextInt(8); i > 0; i--) {
            other[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return other;
    }

    /** An input or output of float32. */
    static ValueInfoProto value(String name, long... sizes) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (long size : sizes) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(
                        TypeProto.newBuilder()
                                .setTensorType(
                                        TypeProto.Tensor.newBuilder()
                                                .setElemType(DataType.FLOAT_VALUE)
                                                .setShape(shape)))
                .build();
    }

    private static NodeProto.Builder node(String operator, String output, String... inputs) {
        return NodeProto.newBuilder()
                .setName(operator + "_" + output)
                .setOpType(operator)
                .addAllInput(List.of(inputs))
                .addOutput(output);
    }

    private Path written(GraphProto.Builder graph) throws IOException {
        ModelProto model =
                ModelProto.newBuilder()
                        .setIrVersion(8)
                        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                        .setGraph(graph)
                        .build();
        return Files.write(folder.resolve("net.onnx"), model.toByteArray());
    }

    private static void assertRefused(String reason, Path file) {
        Exception e = assertThrows(IllegalArgumentException.class, () -> Onnx.read(file));
        String message = String.valueOf(e.getMessage());
        assertTrue(message.contains(reason), message);
        assertEquals(1, message.lines().count(), message);
    }

    @Test
    void allThatIsNotSupportedIsListed() throws IOException {
        Path file =
                written(
                        GraphProto.newBuilder()
                                .addInput(value("x", 1, 4))
                                .addNode(node("Relu", "a", "x"))
                                .addNode(node("Det", "b", "a"))
                                .addNode(node("Tanh", "c", "b"))
                                .addNode(node("NonZero", "d", "c"))
                                .addOutput(value("d", 1, 4)));
        assertRefused("got also Det at node \"Det_b\"; NonZero at node \"NonZero_d\"", file);
    }

    @Test
    void hugeSizesAreRefused() throws IOException {
        long huge = 1L << 40;
        assertRefused(
                "integer overflow",
                written(
                        GraphProto.newBuilder()
                                .addInput(value("x", 1, huge))
                                .addNode(node("Relu", "y", "x"))
                                .addOutput(value("y", 1, huge))));
        TensorProto tensor =
                TensorProto.newBuilder()
                        .setName("w")
                        .setDataType(DataType.FLOAT_VALUE)
                        .addDims(huge)
                        .addDims(huge)
                        .build();
        assertRefused(
                "overflow",
                written(
                        GraphProto.newBuilder()
                                .addInput(value("x", 1, 4))
                                .addInitializer(tensor)
                                .addNode(node("MatMul", "y", "x", "w"))
                                .addOutput(value("y", 1, 4))));
    }

    private static GraphProto.Builder external(String location) {
        TensorProto tensor =
                TensorProto.newBuilder()
                        .setName("w")
                        .setDataType(DataType.FLOAT_VALUE)
                        .addDims(4)
                        .addDims(2)
                        .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                        .addExternalData(
                                StringStringEntryProto.newBuilder()
                                        .setKey("location")
                                        .setValue(location))
                        .build();
        return GraphProto.newBuilder()
                .addInput(value("x", 1, 4))
                .addInitializer(tensor)
                .addNode(node("MatMul", "y", "x", "w"))
                .addOutput(value("y", 1, 2));
    }

    @Test
    void otherFilesAreReadFromTheSameFolderOnly() throws IOException {
        ByteBuffer numbers = ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 8; i++) {
            numbers.putFloat(i);
        }
        Files.write(folder.resolve("net.data"), numbers.array());
        try (Backend backend = Backends.open("reference");
                Model model = Onnx.read(written(external("net.data"))).model(backend, 1)) {
            assertEquals(12, model.predict(new double[] {1, 1, 1, 1})[0]);
        }
        Files.createSymbolicLink(folder.resolve("link"), Path.of("/etc"));
        for (String location :
                List.of("../net.data", "/etc/hostname", "a/../net.data", "", "link/hostname")) {
            assertRefused("file beside net.onnx", written(external(location)));
        }
        Files.write(folder.resolve("net.data"), new byte[31]);
        assertRefused("31 bytes in all", written(external("net.data")));
    }

    @Test
    void deepFilesAreRefused() throws IOException {
        GraphProto graph = GraphProto.newBuilder().addInput(value("x", 1, 4)).build();
        for (int i = 0; i < 200; i++) {
            NodeProto.Builder inner =
                    node("If", "y", "x")
                            .addAttribute(
                                    AttributeProto.newBuilder()
                                            .setName("then_branch")
                                            .setType(AttributeProto.AttributeType.GRAPH)
                                            .setG(graph));
            graph = GraphProto.newBuilder().addNode(inner).build();
        }
        Path file = written(graph.toBuilder());
        assertThrows(FormatException.class, () -> Onnx.read(file));
    }

    @Test
    void nodesThatReadWhatIsNotMadeYetAreRefused() throws IOException {
        assertRefused(
                "known before, got \"b\"",
                written(
                        GraphProto.newBuilder()
                                .addInput(value("x", 1, 4))
                                .addNode(node("Relu", "a", "b"))
                                .addNode(node("Relu", "b", "a"))
                                .addOutput(value("b", 1, 4))));
    }
}
