package io.retrograd.interop;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.retrograd.file.WholeFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Writes safetensors files tensor by tensor, so that no more than one has to be in memory. */
final class SafetensorsWriter {
    private static final int BUFFER = 1 << 16;
    private static final int ALIGNMENT = 8;
    private static final JsonFactory JSON = new JsonFactory();

    private SafetensorsWriter() {}

    /**
     * A tensor that is to be written.
     *
     * @param tensor gives it, of this kind and these sizes; asked again if the thread is
     *     interrupted
     */
    record Outgoing(String name, ElementKind kind, List<Long> dims, Supplier<SafeTensor> tensor) {
        /**
         * Bytes of its data.
         *
         * @throws ArithmeticException if they are no long
         */
        long bytes() {
            return Math.multiplyExact(SafeTensor.size(dims), kind.bytes());
        }
    }

    /**
     * Writes a file, whole or not at all.
     *
     * @throws IllegalArgumentException for a kind or a name that files do not have
     */
    static void write(Path path, Map<String, String> metadata, List<Outgoing> tensors)
            throws IOException {
        byte[] header = header(metadata, tensors);
        WholeFile.write(
                path,
                out -> {
                    ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
                    drain(out, buffer.putLong(header.length));
                    out.write(header);
                    for (Outgoing tensor : tensors) {
                        write(out, buffer, tensor.tensor().get());
                    }
                });
    }

    private static byte[] header(Map<String, String> metadata, List<Outgoing> tensors)
            throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart(SafetensorsHeader.METADATA);
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            long offset = 0;
            for (Outgoing tensor : tensors) {
                offset = entry(json, tensor, offset);
            }
            json.writeEndObject();
        }
        while (bytes.size() % ALIGNMENT != 0) {
            bytes.write(' ');
        }
        return bytes.toByteArray();
    }

    /** Writes one tensor's entry and returns where its data ends. */
    private static long entry(JsonGenerator json, Outgoing tensor, long begin) throws IOException {
        if (!tensor.kind().written() || tensor.name().equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException(
                    String.format(
                            "Safetensors: expected a tensor of a kind that is written, got %s of %s"
                                    + " %s; widen it with SafeTensor.of",
                            tensor.name(), tensor.kind(), tensor.dims()));
        }
        long end = Math.addExact(begin, tensor.bytes());
        json.writeObjectFieldStart(tensor.name());
        json.writeStringField("dtype", tensor.kind().name());
        json.writeArrayFieldStart("shape");
        for (long dim : tensor.dims()) {
            json.writeNumber(dim);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("data_offsets");
        json.writeNumber(begin);
        json.writeNumber(end);
        json.writeEndArray();
        json.writeEndObject();
        return end;
    }

    private static void write(OutputStream out, ByteBuffer buffer, SafeTensor tensor)
            throws IOException {
        ElementKind kind = tensor.kind();
        long numbers = SafeTensor.size(tensor.dims()) * kind.parts();
        for (int i = 0; i < numbers; i++) {
            if (buffer.remaining() < Long.BYTES) {
                drain(out, buffer);
            }
            if (kind.floating()) {
                kind.put(buffer, tensor.doubleAt(i));
            } else {
                kind.put(buffer, tensor.longAt(i));
            }
        }
        drain(out, buffer);
    }

    private static void drain(OutputStream out, ByteBuffer buffer) throws IOException {
        out.write(buffer.array(), buffer.arrayOffset(), buffer.position());
        buffer.clear();
    }
}
