package io.retrograd.interop;

import java.util.List;

/**
 * A tensor whose numbers lie in a file that is mapped into memory ({@link Safetensors#map}): none
 * is read before it is asked for, and none is copied. Whoever writes into the file changes them.
 */
public final class MappedTensor {
    private final MappedFile file;
    private final ElementKind kind;
    private final List<Long> dims;
    private final long begin;
    private final long size;

    MappedTensor(MappedFile file, long data, SafetensorsHeader.Entry entry) {
        this.file = file;
        kind = entry.kind();
        dims = List.copyOf(entry.dims());
        begin = data + entry.begin();
        size = SafeTensor.size(dims);
    }

    public ElementKind kind() {
        return kind;
    }

    /** The sizes; none for a scalar. */
    public List<Long> dims() {
        return dims;
    }

    /** The number of elements. */
    public long size() {
        return size;
    }

    /**
     * The real float at {@code i}, row-major.
     *
     * @throws IndexOutOfBoundsException if there is none
     * @throws IllegalStateException for other kinds
     */
    public double doubleAt(long i) {
        return file.doubleAt(kind, begin + checked(i, kind.real()) * kind.bytes());
    }

    /**
     * The integer at {@code i}, row-major.
     *
     * @throws IndexOutOfBoundsException if there is none
     * @throws IllegalStateException for floats
     */
    public long longAt(long i) {
        return file.longAt(kind, begin + checked(i, !kind.floating()) * kind.bytes());
    }

    /** The file that it lies in. */
    MappedFile file() {
        return file;
    }

    private long checked(long i, boolean fits) {
        if (!fits) {
            throw new IllegalStateException("MappedTensor: expected another kind, got " + this);
        }
        if (i < 0 || i >= size) {
            throw new IndexOutOfBoundsException(
                    String.format("MappedTensor: expected an index below %d, got %d", size, i));
        }
        return i;
    }

    @Override
    public String toString() {
        return kind + " " + dims;
    }
}
