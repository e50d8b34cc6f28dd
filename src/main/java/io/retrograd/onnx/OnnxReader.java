package io.retrograd.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.retrograd.interop.FormatException;
import io.retrograd.interop.RegularFile;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** Reads networks from ONNX files. */
final class OnnxReader {
    private OnnxReader() {}

    /** As {@link Onnx#read(Path, Map)}. */
    static OnnxNetwork read(Path path, Map<String, Shape> shapes) throws IOException {
        byte[] bytes;
        try (RegularFile file = RegularFile.open(path)) {
            bytes = file.readAll(RegularFile.MOST);
        }
        ModelProto model = parse(path, UnsafeByteOperations.unsafeWrap(bytes));
        try {
            if (!model.hasGraph()) {
                throw new IllegalArgumentException("expected a graph, got none");
            }
            return Importing.network(path, model, shapes);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
        }
    }

    private static ModelProto parse(Path path, ByteString bytes) throws IOException {
        CodedInputStream in = bytes.newCodedInput();
        in.enableAliasing(true);
        try {
            return ModelProto.parseFrom(in);
        } catch (InvalidProtocolBufferException e) {
            FormatException wrong =
                    new FormatException(
                            path,
                            in.getTotalBytesRead(),
                            "expected an ONNX model, got "
                                    + TensorReader.quoted(String.valueOf(e.getMessage())));
            wrong.initCause(e);
            throw wrong;
        }
    }
}
