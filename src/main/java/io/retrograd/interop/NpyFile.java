package io.retrograd.interop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * A NumPy file open for reading, some samples at a time: its memory is a small buffer, however
 * large the file. Samples are what the first index counts.
 *
 * <p>Versions 1 to 3, both byte orders, and both orders of elements are read; structures, texts,
 * objects and complex numbers are refused. Source: <a
 * href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">the format</a>.
 */
public final class NpyFile implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final RegularFile file;
    private final NpyHeader header;

    private NpyFile(RegularFile file, NpyHeader header) {
        this.file = file;
        this.header = header;
    }

    /**
     * Opens a file and checks its header.
     *
     * @throws FormatException if it is damaged, or holds something other than real numbers
     * @throws IOException if it cannot be read
     */
    public static NpyFile open(Path path) throws IOException {
        return open(RegularFile.open(path));
    }

    /** The same of a file that is open, and closed with this. */
    static NpyFile open(RegularFile file) throws IOException {
        try {
            return new NpyFile(file, NpyHeader.read(file));
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    Path path() {
        return file.path();
    }

    public ElementKind kind() {
        return header.kind();
    }

    /** The sizes; none for a scalar. */
    public List<Long> dims() {
        return header.dims();
    }

    /** The number of samples: the first size, 1 for a scalar. */
    public long samples() {
        return dims().isEmpty() ? 1 : dims().get(0);
    }

    /** Elements of one sample. */
    public long sampleSize() {
        return dims().isEmpty() ? 1 : SafeTensor.size(dims().subList(1, dims().size()));
    }

    /**
     * Reads samples. Integers of more than 53 bits are rounded.
     *
     * @param first the number of the first, from 0
     * @param count how many
     * @param into room for them in front, each row-major. Modified.
     * @throws IndexOutOfBoundsException if there are fewer, or {@code into} has no room
     */
    public void read(long first, int count, double[] into) throws IOException {
        boolean floats = kind().floating();
        each(
                first,
                count,
                into.length,
                (to, from) ->
                        into[to] = floats ? kind().nextFloat(from) : kind().nextInteger(from));
    }

    /** The same into floats from {@code offset} on, to which numbers are rounded. */
    public void read(long first, int count, float[] into, int offset) throws IOException {
        boolean floats = kind().floating();
        each(
                first,
                count,
                into.length - offset,
                (to, from) ->
                        into[offset + to] =
                                (float)
                                        (floats
                                                ? kind().nextFloat(from)
                                                : kind().nextInteger(from)));
    }

    /**
     * The same of unsigned bytes.
     *
     * @throws IllegalStateException if they are of another kind
     */
    public void read(long first, int count, byte[] into, int offset) throws IOException {
        if (kind() != ElementKind.U8) {
            throw new IllegalStateException("Npy: expected u1 to read bytes, got " + kind());
        }
        each(first, count, into.length - offset, (to, from) -> into[offset + to] = from.get());
    }

    /** Reads all integers. */
    void readAll(long[] into) throws IOException {
        each(
                0,
                Math.toIntExact(samples()),
                into.length,
                (to, from) -> into[to] = kind().nextInteger(from));
    }

    /** Takes the next element of a buffer to its place among those that are asked for. */
    private interface Taker {
        void take(int to, ByteBuffer from);
    }

    private void each(long first, int count, int room, Taker taker) throws IOException {
        long sample = sampleSize();
        boolean inside = first >= 0 && count >= 0 && first <= samples() - count;
        if (!inside || (sample > 0 && count > room / sample)) {
            throw new IndexOutOfBoundsException(
                    String.format(
                            "Npy: expected samples of %s with room for them, got %d from %d on",
                            dims(), count, first));
        }
        if (sample == 0 || count == 0) {
            return;
        }
        long bytes = count * sample * kind().bytes();
        ByteBuffer buffer =
                ByteBuffer.allocate((int) Math.min(BUFFER, bytes)).order(header.order());
        if (!header.fortran()) {
            run(buffer, first * sample, (int) (count * sample), 0, 1, taker);
            return;
        }
        int[] index = new int[dims().size()];
        buffer.limit(0);
        long all = samples();
        for (long rest = 0; rest < sample; rest++) {
            long at = rest * all + first;
            int to = rowMajor(index);
            if (count == all) {
                readOn(buffer, count, to, (int) sample, rest == 0, taker);
            } else {
                run(buffer, at, count, to, (int) sample, taker);
            }
            advance(index);
        }
    }

    /** Reads elements that lie one behind the other in the file. */
    private void run(ByteBuffer buffer, long at, int count, int to, int step, Taker taker)
            throws IOException {
        int width = kind().bytes();
        int done = 0;
        while (done < count) {
            buffer.clear();
            buffer.limit((int) Math.min(buffer.capacity(), (long) (count - done) * width));
            file.read(header.data() + (at + done) * width, buffer);
            buffer.flip();
            for (; buffer.hasRemaining(); done++) {
                taker.take(to + done * step, buffer);
            }
        }
    }

    /** The next position in the file of one that is read from its start to its end. */
    private long position;

    private void readOn(ByteBuffer buffer, int count, int to, int step, boolean first, Taker taker)
            throws IOException {
        position = first ? header.data() : position;
        for (int i = 0; i < count; i++) {
            if (!buffer.hasRemaining()) {
                buffer.clear();
                buffer.limit((int) Math.min(buffer.capacity(), file.size() - position));
                file.read(position, buffer);
                position += buffer.position();
                buffer.flip();
            }
            taker.take(to + i * step, buffer);
        }
    }

    /** The place within a sample of an index, of which the first number is left out. */
    private int rowMajor(int[] index) {
        int place = 0;
        for (int d = 1; d < index.length; d++) {
            place = place * Math.toIntExact(dims().get(d)) + index[d];
        }
        return place;
    }

    /** The next index in Fortran's order. */
    private void advance(int[] index) {
        for (int d = 1; d < index.length; d++) {
            index[d]++;
            if (index[d] < dims().get(d)) {
                return;
            }
            index[d] = 0;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
