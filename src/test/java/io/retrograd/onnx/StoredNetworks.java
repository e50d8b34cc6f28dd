package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import io.retrograd.tensor.Philox;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Networks that PyTorch wrote: {@code NAME-17} by its TorchScript exporter in opset 17, {@code
 * NAME-dynamo} by the newer one in opset 20; and {@code keras-NAME} in the form in which tf2onnx
 * writes those of Keras, by {@code converted.py}. Where weights were left out they are drawn.
 */
final class StoredNetworks {
    private static final Path FOLDER = Path.of("src/test/resources/onnx");

    private StoredNetworks() {}

    /** The names of all. */
    static List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".onnx"))
                    .map(name -> name.substring(0, name.length() - ".onnx".length()))
                    .sorted()
                    .toList();
        }
    }

    /** The file with all weights. */
    static byte[] bytes(String name) throws IOException {
        ModelProto.Builder model =
                ModelProto.parseFrom(Files.readAllBytes(FOLDER.resolve(name + ".onnx")))
                        .toBuilder();
        for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
            boolean left =
                    tensor.getDataType() == DataType.FLOAT_VALUE
                            && tensor.getRawData().isEmpty()
                            && tensor.getFloatDataCount() == 0;
            if (left) {
                tensor.setRawData(drawn(tensor));
            }
        }
        return model.build().toByteArray();
    }

    /** In a folder of its own. */
    static Path file(String name, Path folder) throws IOException {
        return Files.write(folder.resolve(name + ".onnx"), bytes(name));
    }

    /** Values with which numbers neither vanish nor grow from layer to layer. */
    private static ByteString drawn(TensorProto.Builder tensor) {
        int count =
                tensor.getDimsList().stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
        boolean matrix = tensor.getDimsCount() > 1;
        boolean scale = tensor.getName().matches(".*(running_var|weight)") && !matrix;
        double bound = matrix ? Math.sqrt(3.0 * tensor.getDims(0) / count) : 0.1;
        ByteBuffer values = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            double drawn = Philox.uniform(tensor.getName().hashCode(), /* stream= */ 1, i);
            values.putFloat((float) (scale ? 0.5 + drawn : bound * (2 * drawn - 1)));
        }
        return ByteString.copyFrom(values.flip());
    }
}
