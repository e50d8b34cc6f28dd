package io.retrograd.backend;

import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A device's memory: tensors without a place, arenas, and placing the first in the second. */
public interface Memory {
    /** Start of every tensor in an arena, in bytes: a cache line, and what SIMD loads like. */
    int ALIGNMENT = 64;

    /** A tensor that has no memory yet. */
    Tensor tensor(String name, Shape shape, DType dtype, @Nullable Tensor grad);

    /** A tensor without memory whose elements lie as those of {@code model} do. */
    default Tensor like(String name, Tensor model) {
        return tensor(name, model.shape(), model.dtype(), /* grad= */ null);
    }

    /** Bytes that one element takes on this device. */
    int bytes(DType dtype);

    /**
     * One block of memory, zeroed.
     *
     * @throws MemoryException if there is none; it says what was needed and what to do
     */
    Arena allocate(long bytes);

    /** Bytes that {@link #allocate} can still give, as far as the device reports it. */
    default long available() {
        return Long.MAX_VALUE;
    }

    /**
     * The same where a certain number of bytes is wanted: a device that can free some by looking
     * for them does so first if there are less.
     */
    default long available(long wanted) {
        return available();
    }

    /** Bytes to be left for what is allocated beside what is planned. */
    default long spare() {
        return 0;
    }

    /** The kind of memory, as in {@code free memory}. */
    default String kind() {
        return "free memory";
    }

    /** Whether it is this process's own, outside the Java heap. */
    default boolean resident() {
        return false;
    }

    /** Gives the tensor its memory: {@code offset} bytes into the arena. */
    void place(Tensor tensor, Arena arena, long offset);

    /** Bytes that a tensor takes in its layout. */
    default long bytes(Tensor tensor) {
        return Math.multiplyExact(tensor.shape().size(), (long) bytes(tensor.dtype()));
    }

    /** Bytes of a tensor, rounded up to {@link #ALIGNMENT}. */
    default long footprint(Tensor tensor) {
        long bytes = Math.addExact(bytes(tensor), ALIGNMENT - 1L);
        return Math.multiplyExact(Math.floorDiv(bytes, ALIGNMENT), (long) ALIGNMENT);
    }

    /** A block of device memory; closing it takes the memory from every tensor placed in it. */
    interface Arena extends AutoCloseable {
        @Override
        void close();
    }
}
