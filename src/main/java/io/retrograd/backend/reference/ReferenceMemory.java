package io.retrograd.backend.reference;

import io.retrograd.backend.Memory;
import io.retrograd.backend.MemoryException;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.DeviceLock;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** Arenas that are Java arrays. */
final class ReferenceMemory implements Memory {
    static final double[] NOTHING = new double[0];

    private final DeviceLock lock;

    ReferenceMemory(DeviceLock lock) {
        this.lock = lock;
    }

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
        return new ReferenceTensor(lock, name, shape, dtype, grad);
    }

    /** Eight, whatever the kind: indices are kept as doubles. */
    @Override
    public int bytes(DType dtype) {
        return Double.BYTES;
    }

    @Override
    public Arena allocate(long bytes) {
        long size = bytes / Double.BYTES;
        if (size > Shape.MOST_ELEMENTS) {
            throw MemoryException.block(
                    ReferenceBackend.NAME,
                    bytes,
                    "at most 16 GiB in one block",
                    "make the batch smaller");
        }
        try {
            return new Block((int) size);
        } catch (OutOfMemoryError e) {
            String there =
                    String.format(
                            "%,d of the Java heap's %,d", free(), Runtime.getRuntime().maxMemory());
            throw MemoryException.block(
                    ReferenceBackend.NAME, bytes, there, "make the batch smaller or raise -Xmx");
        }
    }

    @Override
    public long available() {
        return available(Long.MAX_VALUE);
    }

    /** Collects garbage first where there seems to be too little. */
    @Override
    public long available(long wanted) {
        if (free() < wanted) {
            System.gc();
        }
        return free();
    }

    @Override
    public String kind() {
        return "free Java heap, which -Xmx limits";
    }

    private static long free() {
        Runtime jvm = Runtime.getRuntime();
        return jvm.maxMemory() - (jvm.totalMemory() - jvm.freeMemory());
    }

    @Override
    public void place(Tensor tensor, Arena arena, long offset) {
        ((ReferenceTensor) tensor).place((Block) arena, (int) (offset / Double.BYTES));
    }
}
