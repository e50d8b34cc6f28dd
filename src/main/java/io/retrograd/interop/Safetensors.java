package io.retrograd.interop;

import io.retrograd.file.WholeFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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

    private Safetensors() {}

    /**
     * Reads a whole file, or all that an index of files lists.
     *
     * @param path of the file, of the index, as {@code model.safetensors.index.json}, or of a
     *     folder with either under the names that Hugging Face gives them
     * @throws FormatException if it is damaged, holds kinds other than {@link ElementKind}, or is
     *     not a regular file
     * @throws IOException if it cannot be read
     */
    public static SafetensorsFile read(Path path) throws IOException {
        Path file = ShardIndex.locate(path);
        return ShardIndex.is(file) ? ShardIndex.read(file).readAll() : read(file, Long.MAX_VALUE);
    }

    /**
     * Maps a file into memory, or all that an index of files lists: headers are read and checked,
     * numbers only when they are asked for, and none is copied.
     *
     * @param path as {@link #read(Path)} takes it
     * @return the tensors by name, in the order of their data
     * @throws FormatException if it is damaged
     * @throws IOException if it cannot be read
     */
    public static Map<String, MappedTensor> map(Path path) throws IOException {
        Path file = ShardIndex.locate(path);
        return ShardIndex.is(file) ? ShardIndex.read(file).mapAll() : mapFile(file);
    }

    static Map<String, MappedTensor> mapFile(Path path) throws IOException {
        try (RegularFile file = RegularFile.open(path)) {
            SafetensorsHeader header = header(file);
            MappedFile mapped = new MappedFile(file);
            Map<String, MappedTensor> tensors = new LinkedHashMap<>();
            for (SafetensorsHeader.Entry entry : header.entries()) {
                tensors.put(entry.name(), new MappedTensor(mapped, header.data(), entry));
            }
            return tensors;
        }
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
     * @param content its tensors must be of a kind that is {@link ElementKind#written}
     * @throws IllegalArgumentException for other kinds
     * @throws IOException if it cannot be written
     */
    public static void write(Path path, SafetensorsFile content) throws IOException {
        SafetensorsWriter.write(path, content.metadata(), outgoing(content));
    }

    private static List<SafetensorsWriter.Outgoing> outgoing(SafetensorsFile content) {
        List<SafetensorsWriter.Outgoing> tensors = new ArrayList<>();
        content.tensors()
                .forEach(
                        (name, it) ->
                                tensors.add(
                                        new SafetensorsWriter.Outgoing(
                                                name, it.kind(), it.dims(), () -> it)));
        return tensors;
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
}
