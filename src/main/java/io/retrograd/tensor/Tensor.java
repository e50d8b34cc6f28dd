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
    private final DType dtype;
    private final @Nullable Tensor grad;

    /**
     * A tensor without memory.
     *
     * @param lock of the device that it is on
     * @param grad of the same shape; null where nobody wants it
     */
    protected Tensor(
            DeviceLock lock, String name, Shape shape, DType dtype, @Nullable Tensor grad) {
        this.lock = lock;
        this.name = name;
        this.shape = shape;
        this.dtype = dtype;
        this.grad = grad;
    }

    /** Of the device that it is on; its values are copied by whoever has it. */
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
     * @throws IllegalArgumentException if the count differs
     * @throws IllegalStateException if the tensor has no memory: before commit or after close
     */
    public final void copyFrom(double... values) {
        checkCount(values.length);
        lock.enter();
        try {
            write(values);
        } finally {
            lock.exit();
        }
    }

    /**
     * Writes all elements.
     *
     * @param values the value of each element, given its row-major index
     * @throws IllegalStateException if the tensor has no memory: before commit or after close
     */
    public final void setAll(IntToDoubleFunction values) {
        lock.enter();
        try {
            generate(values);
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

    /** All elements, row-major, in a new array. */
    public final double[] toArray() {
        double[] values = new double[Math.toIntExact(shape.size())];
        copyTo(values);
        return values;
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

    private void checkCount(int count) {
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
