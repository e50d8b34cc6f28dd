package io.retrograd.interop;

import io.retrograd.file.WholeFile;
import io.retrograd.tensor.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads and writes NumPy files, {@code .npy}, whole. {@link NpyFile} reads large ones in parts.
 *
 * <p>Floats become double and integers long, as {@link ElementKind} says. Written files are
 * little-endian and row-major.
 */
public final class Npy {
    private static final int BUFFER = 1 << 16;
    private static final int MOST = Integer.MAX_VALUE - 8;

    private Npy() {}

    /**
     * Reads a whole file.
     *
     * @throws FormatException if it is damaged, or holds something other than real numbers, or more
     *     of them than an array can
     * @throws IOException if it cannot be read
     */
    public static SafeTensor read(Path path) throws IOException {
        return read(NpyFile.open(path));
    }

    /** Reads a whole file that is open, and closes it. */
    static SafeTensor read(NpyFile open) throws IOException {
        try (NpyFile file = open) {
            long size = SafeTensor.size(file.dims());
            if (size > MOST) {
                throw new FormatException(
                        file.path(),
                        0,
                        "expected at most " + MOST + " numbers, got " + file.dims());
            }
            if (file.kind().floating()) {
                double[] values = new double[(int) size];
                file.read(0, size == 0 ? 0 : Math.toIntExact(file.samples()), values);
                return SafeTensor.floats(file.kind(), file.dims(), values);
            }
            long[] values = new long[(int) size];
            if (size > 0) {
                file.readAll(values);
            }
            return SafeTensor.integers(file.kind(), file.dims(), values);
        }
    }

    /** Writes a float64 array, whole or not at all. */
    public static void write(Path path, Shape shape, double... values) throws IOException {
        write(path, ElementKind.F64, dims(shape), to -> to.add(values));
    }

    /** Writes an int64 array, whole or not at all. */
    public static void write(Path path, Shape shape, long... values) throws IOException {
        write(
                path,
                ElementKind.I64,
                dims(shape),
                to -> {
                    for (long value : values) {
                        to.put(value);
                    }
                });
    }

    /** The elements of a file that is being written. */
    @FunctionalInterface
    public interface Content {
        /** Adds all; once more if the thread is interrupted meanwhile. */
        void write(Elements to) throws IOException;
    }

    /**
     * Writes an array part by part, whole or not at all.
     *
     * @param kind one that NumPy has: not BF16, nor floats of 8 bits
     * @param dims the sizes, whose product is the number of elements that {@code content} adds
     * @throws IllegalArgumentException for another kind, or another number of elements
     */
    public static void write(Path path, ElementKind kind, List<Long> dims, Content content)
            throws IOException {
        byte[] header = NpyHeader.bytes(kind, dims);
        WholeFile.write(
                path,
                out -> {
                    out.write(header);
                    Elements elements = new Elements(out, kind);
                    content.write(elements);
                    elements.finish(SafeTensor.size(dims));
                });
    }

    /** Writes an array of a kind that NumPy has, whole or not at all. */
    public static void write(Path path, SafeTensor array) throws IOException {
        write(path, array.kind(), array.dims(), to -> to.add(array));
    }

    static void write(OutputStream out, SafeTensor array) throws IOException {
        out.write(NpyHeader.bytes(array.kind(), array.dims()));
        Elements elements = new Elements(out, array.kind());
        elements.add(array);
        elements.finish(SafeTensor.size(array.dims()));
    }

    private static List<Long> dims(Shape shape) {
        return shape.dims().stream().map(Integer::longValue).toList();
    }

    /** Takes the elements of a file, row-major. */
    public static final class Elements {
        private final OutputStream out;
        private final ElementKind kind;
        private final ByteBuffer buffer =
                ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        private long count;

        private Elements(OutputStream out, ElementKind kind) {
            this.out = out;
            this.kind = kind;
        }

        /** Adds these, rounded to the file's kind. */
        public void add(double... values) throws IOException {
            for (double value : values) {
                if (kind.floating()) {
                    room();
                    kind.put(buffer, value);
                } else {
                    put((long) value);
                }
            }
        }

        private void add(SafeTensor array) throws IOException {
            for (int i = 0; i < SafeTensor.size(array.dims()); i++) {
                if (kind.floating()) {
                    add(array.doubleAt(i));
                } else {
                    put(array.longAt(i));
                }
            }
        }

        private void put(long value) throws IOException {
            room();
            kind.put(buffer, value);
        }

        private void room() throws IOException {
            count++;
            if (buffer.remaining() < Long.BYTES) {
                drain();
            }
        }

        private void drain() throws IOException {
            out.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }

        private void finish(long expected) throws IOException {
            if (count != expected) {
                throw new IllegalArgumentException(
                        String.format("Npy: expected %d elements, got %d", expected, count));
            }
            drain();
        }
    }
}
