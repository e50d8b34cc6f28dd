package io.retrograd.backend.reference;

import io.retrograd.tensor.DType;
import io.retrograd.tensor.DeviceLock;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A tensor in a Java array. Indices are kept as doubles too, exact up to 2⁵³. */
final class ReferenceTensor extends Tensor {
    private ReferenceMemory.@Nullable Block block;
    private double[] data = ReferenceMemory.NOTHING;
    private int offset;

    ReferenceTensor(DeviceLock lock, String name, Shape shape, DType dtype, @Nullable Tensor grad) {
        super(lock, name, shape, dtype, grad);
    }

    /** A float64 tensor without gradient on the same device, for what an operation saves. */
    ReferenceTensor saved(String name, Shape shape) {
        return new ReferenceTensor(lock(), name, shape, DType.FLOAT64, /* grad= */ null);
    }

    /** Such a tensor of indices. */
    ReferenceTensor savedIndices(String name, Shape shape) {
        return new ReferenceTensor(lock(), name, shape, DType.INT32, /* grad= */ null);
    }

    void place(ReferenceMemory.Block arena, int start) {
        block = arena;
        data = arena.data();
        offset = start;
    }

    /** Element {@code i}, row-major. */
    double get(int i) {
        return data[offset + i];
    }

    /** Sets element {@code i}, row-major. */
    void set(int i, double value) {
        data[offset + i] = value;
    }

    /** Adds to element {@code i}, row-major. */
    void add(int i, double value) {
        data[offset + i] += value;
    }

    void fill(double value) {
        Arrays.fill(data, offset, offset + size(), value);
    }

    /** Sets {@code count} elements from {@code i} on. */
    void fill(int i, int count, double value) {
        Arrays.fill(data, offset + i, offset + i + count, value);
    }

    /** The array that holds the elements, from {@link #offset} on: for inner loops over rows. */
    double[] data() {
        return data;
    }

    /** Where element 0 is in {@link #data}. */
    int offset() {
        return offset;
    }

    /** Number of elements. */
    int size() {
        return (int) shape().size();
    }

    int dim(int i) {
        return shape().dim(i);
    }

    /** The gradient, or null where nobody wants it. */
    @Nullable ReferenceTensor gradient() {
        return (ReferenceTensor) grad();
    }

    @Override
    protected void write(double[] values) {
        checkUsable();
        System.arraycopy(values, 0, data, offset, values.length);
    }

    @Override
    protected void read(double[] values) {
        checkUsable();
        System.arraycopy(data, offset, values, 0, values.length);
    }

    private void checkUsable() {
        if (block == null) {
            throw new IllegalStateException(name() + ": used before commit()");
        }
        if (block.closed()) {
            throw new IllegalStateException(name() + ": used after close()");
        }
    }
}
