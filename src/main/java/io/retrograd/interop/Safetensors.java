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
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads and writes safetensors files: 8 bytes of header length, a JSON header, raw data, all
 * little-endian.
 *
 * <p>A file is read only if every rule of the format holds: the header fits the file, names are
 * unique, each tensor's range fits its shape and kind, and the ranges tile the data without overlap
 * or hole. Beyond the format, headers over {@value #MAX_HEADER} bytes and elements of less than a
 * byte are refused; as the official reader does, fields that the format does not know are skipped.
 * Heap stays within a small multiple of the file.
 *
 * <p>Source: <a href="https://github.com/huggingface/safetensors#format">the format</a>.
 */
public final class Safetensors {
    /** The longest header that is read, in bytes. */
    public static final int MAX_HEADER = 100_000_000;

    private static final int BUFFER = 1 << 16;
    private static final int ALIGNMENT = 8;
    private static final int LONGEST_QUOTE = 60;
    private static final JsonFactory JSON = new JsonFactory();

    private Safetensors() {}

    /**
     * Reads a whole file.
     *
     * @throws FormatException if it is damaged, holds kinds other than {@link ElementKind}, or is
     *     not a regular file
     * @throws IOException if it cannot be read
     */
    public static SafetensorsFile read(Path path) throws IOException {
        return read(path, Long.MAX_VALUE);
    }

    /** Reads a whole file, and refuses one of more than {@code maxBytes} bytes unread. */
    public static SafetensorsFile read(Path path, long maxBytes) throws IOException {
        return read(path, maxBytes, header -> {});
    }

    /**
     * Looks at a header before the data is read, so that no memory is taken for what is refused.
     */
    interface Check {
        void check(SafetensorsHeader header);
    }

    /** Reads a whole file if its header is as it should be. */
    static SafetensorsFile read(Path path, long maxBytes, Check check) throws IOException {
        try (RegularFile file = RegularFile.open(path)) {
            if (file.size() > maxBytes) {
                throw new FormatException(
                        path,
                        maxBytes,
                        "expected at most " + maxBytes + " bytes, got " + file.size());
            }
            SafetensorsHeader header = header(file);
            check.check(header);
            Map<String, SafeTensor> tensors = new LinkedHashMap<>();
            for (SafetensorsHeader.Entry entry : header.entries()) {
                tensors.put(entry.name(), read(file, header.data(), entry));
            }
            return new SafetensorsFile(header.metadata(), tensors);
        }
    }

    static SafetensorsHeader header(RegularFile file) throws IOException {
        byte[] text = new byte[headerLength(file)];
        file.read(SafetensorsHeader.PREFIX, ByteBuffer.wrap(text));
        long data = (long) SafetensorsHeader.PREFIX + text.length;
        return SafetensorsHeader.parse(file.path(), text, file.size() - data);
    }

    /**
     * Writes a file, whole or not at all ({@link WholeFile}).
     *
     * @param content its tensors must be of kind F64, F32, I64 or I32
     * @throws IllegalArgumentException for other kinds
     * @throws IOException if it cannot be written
     */
    public static void write(Path path, SafetensorsFile content) throws IOException {
        byte[] header = header(content);
        WholeFile.write(
                path,
                out -> {
                    ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
                    drain(out, buffer.putLong(header.length));
                    out.write(header);
                    for (SafeTensor tensor : content.tensors().values()) {
                        write(out, buffer, tensor);
                    }
                });
    }

    /** A name for messages: in quotes, on one line, cut where it is long. */
    static String quote(String name) {
        String cut =
                name.length() <= LONGEST_QUOTE ? name : name.substring(0, LONGEST_QUOTE) + "...";
        return "\"" + cut.replaceAll("\\p{Cntrl}", "?") + "\"";
    }

    private static int headerLength(RegularFile file) throws IOException {
        int prefix = SafetensorsHeader.PREFIX;
        if (file.size() < prefix) {
            throw new FormatException(
                    file.path(),
                    file.size(),
                    "expected 8 bytes of header length, got the end of the file");
        }
        ByteBuffer buffer = ByteBuffer.allocate(prefix).order(ByteOrder.LITTLE_ENDIAN);
        file.read(0, buffer);
        long length = buffer.getLong(0);
        long most = Math.min(MAX_HEADER, file.size() - prefix);
        if (length < 0 || length > most) {
            throw new FormatException(
                    file.path(),
                    0,
                    String.format(
                            "expected a header of at most %d bytes, got %s",
                            most, Long.toUnsignedString(length)));
        }
        return (int) length;
    }

    private static SafeTensor read(RegularFile file, long data, SafetensorsHeader.Entry entry)
            throws IOException {
        ElementKind kind = entry.kind();
        int count = count(file, entry);
        int width = kind.bytes() / kind.parts();
        double[] doubles = new double[kind.floating() ? count : 0];
        long[] longs = new long[kind.floating() ? 0 : count];
        ByteBuffer buffer =
                ByteBuffer.allocate((int) Math.min(BUFFER, entry.end() - entry.begin()))
                        .order(ByteOrder.LITTLE_ENDIAN);
        int done = 0;
        while (done < count) {
            buffer.clear();
            long left = (long) (count - done) * width;
            buffer.limit((int) Math.min(buffer.capacity(), left));
            file.read(data + entry.begin() + (long) done * width, buffer);
            buffer.flip();
            for (; buffer.hasRemaining(); done++) {
                if (kind.floating()) {
                    doubles[done] = kind.nextFloat(buffer);
                } else {
                    longs[done] = kind.nextInteger(buffer);
                }
            }
        }
        return kind.floating()
                ? SafeTensor.floats(kind, entry.dims(), doubles)
                : SafeTensor.integers(kind, entry.dims(), longs);
    }

    /** The number of an entry's numbers, which an array must have room for. */
    static int count(RegularFile file, SafetensorsHeader.Entry entry) throws FormatException {
        long count = SafeTensor.size(entry.dims()) * entry.kind().parts();
        if (count > Integer.MAX_VALUE - ALIGNMENT) {
            throw new FormatException(
                    file.path(),
                    entry.at(),
                    String.format(
                            "tensor %s: expected at most %d numbers, got %s",
                            quote(entry.name()), Integer.MAX_VALUE - ALIGNMENT, entry.dims()));
        }
        return (int) count;
    }

    private static byte[] header(SafetensorsFile content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            if (!content.metadata().isEmpty()) {
                json.writeObjectFieldStart(SafetensorsHeader.METADATA);
                for (Map.Entry<String, String> entry : content.metadata().entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            long offset = 0;
            for (Map.Entry<String, SafeTensor> entry : content.tensors().entrySet()) {
                offset = entry(json, entry.getKey(), entry.getValue(), offset);
            }
            json.writeEndObject();
        }
        while (bytes.size() % ALIGNMENT != 0) {
            bytes.write(' ');
        }
        return bytes.toByteArray();
    }

    /** Writes one tensor's entry and returns where its data ends. */
    private static long entry(JsonGenerator json, String name, SafeTensor tensor, long begin)
            throws IOException {
        ElementKind kind = tensor.kind();
        if (!kind.written() || name.equals(SafetensorsHeader.METADATA)) {
            throw new IllegalArgumentException(
                    "Safetensors: expected a tensor of kind F64, F32, I64 or I32 to write, got "
                            + name
                            + " of "
                            + tensor);
        }
        long end = Math.addExact(begin, SafeTensor.size(tensor.dims()) * kind.bytes());
        json.writeObjectFieldStart(name);
        json.writeStringField("dtype", kind.name());
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
        for (int i = 0; i < SafeTensor.size(tensor.dims()); i++) {
            if (buffer.remaining() < ALIGNMENT) {
                drain(out, buffer);
            }
            switch (tensor.kind()) {
                case F64 -> buffer.putDouble(tensor.doubleAt(i));
                case F32 -> buffer.putFloat((float) tensor.doubleAt(i));
                case I64 -> buffer.putLong(tensor.longAt(i));
                case I32 -> buffer.putInt((int) tensor.longAt(i));
                default -> throw new IllegalStateException(tensor + ": not written");
            }
        }
        drain(out, buffer);
    }

    private static void drain(OutputStream out, ByteBuffer buffer) throws IOException {
        out.write(buffer.array(), buffer.arrayOffset(), buffer.position());
        buffer.clear();
    }
}
