package io.retrograd.backend.reference;

import io.retrograd.backend.Memory;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Arenas that are Java arrays. */
final class ReferenceMemory implements Memory {
    static final double[] NOTHING = new double[0];

    /** A Java array that tensors share. */
    static final class Block implements Arena {
        private double[] data;
        private boolean closed;

        Block(int size) {
            data = new double[size];
        }

        double[] data() {
            return data;
        }

        boolean closed() {
            return closed;
        }

        @Override
        public void close() {
            closed = true;
            data = NOTHING;
        }
    }

    @Override
    public Tensor tensor(String name, Shape shape, DType dtype, @Nullable Tensor grad) {
        return new ReferenceTensor(name, shape, dtype, grad);
    }

    /** Eight, whatever the kind: indices are kept as doubles. */
    @Override
    public int bytes(DType dtype) {
        return Double.BYTES;
    }

    @Override
    public Arena allocate(long bytes) {
        long size = bytes / Double.BYTES;
        if (size > Integer.MAX_VALUE - 8) {
            throw new IllegalStateException(
                    String.format(
                            "reference: expected a model of at most 16 GiB, got one that needs %,d"
                                    + " bytes at once; make the batch smaller",
                            bytes));
        }
        try {
            return new Block((int) size);
        } catch (OutOfMemoryError e) {
            throw new IllegalStateException(
                    String.format(
                            "reference: expected %,d bytes of free Java heap, got %,d of %,d; make"
                                    + " the batch smaller or raise -Xmx",
                            bytes,
                            Runtime.getRuntime().freeMemory(),
                            Runtime.getRuntime().maxMemory()),
                    e);
        }
    }

    @Override
    public void place(Tensor tensor, Arena arena, long offset) {
        ((ReferenceTensor) tensor).place((Block) arena, (int) (offset / Double.BYTES));
    }
}
