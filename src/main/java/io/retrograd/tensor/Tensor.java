package io.retrograd.tensor;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A block of numbers on a device, and the block that holds its gradient.
 *
 * <p>A tensor is a handle without arithmetic. It is handed out by a {@code Binder}, gets its memory
 * when the binder commits, and lives as long as the arena that holds it; it is never freed alone.
 * Values go in and out by copies, one thread at a time on each device, row-major in the logical
 * order of {@link #shape()}, whatever the layout on the device.
 *
 * <p>Backends subclass it with their kind of memory.
 */
public abstract class Tensor {
    private final DeviceLock lock;
    private final String name;
    private final Shape shape;
    private DType dtype;
    private final @Nullable Tensor grad;

    /**
     * A tensor without memory.
     *
     * @param lock the lock of its device
     * @param grad the gradient, of the same shape; null where nobody wants it
     */
    protected Tensor(
            DeviceLock lock, String name, Shape shape, DType dtype, @Nullable Tensor grad) {
        this.lock = lock;
        this.name = name;
        this.shape = shape;
        this.dtype = dtype;
        this.grad = grad;
    }

    /** The lock of its device; whoever holds it may copy values. */
    protected final DeviceLock lock() {
        return lock;
    }

    /** Where the tensor stands in its model, as in {@code 3.body.1.weight}. */
    public final String name() {
        return name;
    }

    public final Shape shape() {
        return shape;
    }

    public final DType dtype() {
        return dtype;
    }

    /** Changes the element kind of a tensor that has no memory yet. */
    protected final void setDType(DType value) {
        dtype = value;
    }

    /** The gradient of the loss with respect to this tensor, or null where nobody wants it. */
    public final @Nullable Tensor grad() {
        return grad;
    }

    /** The gradient of a tensor that must have one. */
    public final Tensor requireGrad() {
        if (grad == null) {
            throw new IllegalStateException(
                    name
                            + ": expected a gradient, got a tensor bound without one; bind it with"
                            + " gradients");
        }
        return grad;
    }

    /**
     * Writes all elements.
     *
     * @param values {@code shape().size()} elements, row-major. Not modified.
     * @throws IllegalArgumentException if the count differs, or for a finite value beyond the
     *     largest number of {@link #dtype()}; nothing is written then
     * @throws IllegalStateException if the tensor has no memory: before commit or after close
     */
    public final void copyFrom(double... values) {
        checkCount(values.length);
        for (int i = 0; i < values.length; i++) {
            if (dtype.overflows(values[i])) {
                throw tooLarge(values[i], i);
            }
        }
        writeLocked(values);
    }

    /**
     * Writes all elements, finite ones only.
     *
     * @param values {@code shape().size()} elements, row-major. Not modified.
     * @throws IllegalArgumentException if the count differs, for NaN, infinities, and values beyond
     *     the largest number of {@link #dtype()}; nothing is written then
     * @throws IllegalStateException if the tensor has no memory: before commit or after close
     */
    public final void copyFromFinite(double... values) {
        checkCount(values.length);
        checkFinite(values);
        writeLocked(values);
    }

    private void writeLocked(double[] values) {
        lock.enter();
        try {
            write(values);
        } finally {
            lock.exit();
        }
    }

    /**
     * Checks what {@link #copyFromFinite} would write.
     *
     * @param values row-major. Not modified.
     * @throws IllegalArgumentException for NaN, infinities, and values beyond the largest number of
     *     {@link #dtype()}
     */
    public final void checkFinite(double... values) {
        double largest = dtype.largest();
        for (int i = 0; i < values.length; i++) {
            if (!(Math.abs(values[i]) <= largest)) {
                checkFinite(values[i], i);
            }
        }
    }

    /** Checks one value, for element {@code i}; as {@link #checkFinite(double...)}. */
    public final void checkFinite(double value, int i) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected finite values, got %s at element %d of %s",
                            name, value, i, shape));
        }
        if (dtype.overflows(value)) {
            throw tooLarge(value, i);
        }
    }

    private IllegalArgumentException tooLarge(double value, int i) {
        return new IllegalArgumentException(
                String.format(
                        "%s: expected values up to %s, the largest of %s, got %s at element %d of"
                                + " %s; scale them, or compute in float64",
                        name, dtype.largestText(), dtype.text(), value, i, shape));
    }

    /**
     * Writes all elements.
     *
     * @param values the value of each element, given its row-major index
     * @throws IllegalArgumentException for a finite value beyond the largest number of {@link
     *     #dtype()}
     * @throws IllegalStateException if the tensor has no memory: before commit or after close
     */
    public final void setAll(IntToDoubleFunction values) {
        lock.enter();
        try {
            generate(
                    i -> {
                        double value = values.applyAsDouble(i);
                        if (dtype.overflows(value)) {
                            throw tooLarge(value, i);
                        }
                        return value;
                    });
        } finally {
            lock.exit();
        }
    }

    /**
     * Reads all elements.
     *
     * @param values room for {@code shape().size()} elements, row-major. Modified.
     * @throws IllegalArgumentException if the count differs
     * @throws IllegalStateException if the tensor has no memory: before commit or after close
     */
    public final void copyTo(double[] values) {
        checkCount(values.length);
        lock.enter();
        try {
            read(values);
        } finally {
            lock.exit();
        }
    }

    /** Reads all elements as floats, the nearest ones to float64 elements. */
    public final void copyTo(float[] values) {
        checkCount(values.length);
        lock.enter();
        try {
            read(values);
        } finally {
            lock.exit();
        }
    }

    /** All elements, row-major, in a new array. */
    public final double[] toArray() {
        double[] values = new double[Math.toIntExact(shape.size())];
        copyTo(values);
        return values;
    }

    /** A way to write it again and again; to be closed with what owns the tensor. */
    public Feed feed() {
        return new HostFeed(this);
    }

    /** A way to read it later than it is taken; to be closed with what owns the tensor. */
    public Readout readout() {
        return new HostReadout(this);
    }

    /** Writes every element of {@code values}, whose length has been checked. */
    protected abstract void write(double[] values);

    /** Writes every element; overridden where that takes no array. */
    protected void generate(IntToDoubleFunction values) {
        double[] array = new double[Math.toIntExact(shape.size())];
        Arrays.setAll(array, values);
        write(array);
    }

    /** Reads every element into {@code values}, whose length has been checked. */
    protected abstract void read(double[] values);

    /** The same as floats; overridden where that takes no doubles. */
    protected void read(float[] values) {
        double[] doubles = new double[values.length];
        read(doubles);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) doubles[i];
        }
    }

    final void checkCount(int count) {
        if (count != shape.size()) {
            throw new IllegalArgumentException(
                    name
                            + ": expected "
                            + shape.size()
                            + " values for "
                            + shape
                            + ", got "
                            + count);
        }
    }

    @Override
    public String toString() {
        return name + shape;
    }
}
