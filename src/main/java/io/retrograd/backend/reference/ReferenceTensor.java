package io.retrograd.backend.reference;

import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A tensor in a Java array. Indices are kept as doubles too, exact up to 2⁵³. */
final class ReferenceTensor extends Tensor {
    private ReferenceMemory.@Nullable Block block;
    private double[] data = ReferenceMemory.NOTHING;
    private int offset;

    ReferenceTensor(String name, Shape shape, DType dtype, @Nullable Tensor grad) {
        super(name, shape, dtype, grad);
    }

    /** A float64 tensor without gradient, for what an operation saves. */
    static ReferenceTensor saved(String name, Shape shape) {
        return new ReferenceTensor(name, shape, DType.FLOAT64, /* grad= */ null);
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

    /** The sum of {@code count} elements from {@code i} on, first to last. */
    double sum(int i, int count) {
        double sum = 0;
        for (int j = offset + i; j < offset + i + count; j++) {
            sum += data[j];
        }
        return sum;
    }

    /** Adds a·x[xi + j·xStep] to element i + j·step, for j from 0 up to {@code count}. */
    void addProduct(int i, int step, double a, ReferenceTensor x, int xi, int xStep, int count) {
        double[] to = data;
        double[] from = x.data;
        int p = offset + i;
        int q = x.offset + xi;
        if (step == 1 && xStep == 1) {
            for (int j = 0; j < count; j++) {
                to[p + j] += a * from[q + j];
            }
        } else {
            for (int j = 0; j < count; j++) {
                to[p + j * step] += a * from[q + j * xStep];
            }
        }
    }

    /**
     * The sum of element i + j·step times x[xi + j·xStep], for j from 0 up to {@code count}: four
     * sums over j mod 4, added up at the end.
     */
    double dot(int i, int step, ReferenceTensor x, int xi, int xStep, int count) {
        double[] one = data;
        double[] other = x.data;
        int p = offset + i;
        int q = x.offset + xi;
        double sum0 = 0;
        double sum1 = 0;
        double sum2 = 0;
        double sum3 = 0;
        int j = 0;
        for (; j < count - 3; j += 4, p += 4 * step, q += 4 * xStep) {
            sum0 += one[p] * other[q];
            sum1 += one[p + step] * other[q + xStep];
            sum2 += one[p + 2 * step] * other[q + 2 * xStep];
            sum3 += one[p + 3 * step] * other[q + 3 * xStep];
        }
        for (; j < count; j++, p += step, q += xStep) {
            sum0 += one[p] * other[q];
        }
        return (sum0 + sum1) + (sum2 + sum3);
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
