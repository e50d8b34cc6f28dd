package io.retrograd.backend.onednn;

import com.sun.jna.NativeLibrary;
import io.retrograd.backend.Memory;
import io.retrograd.backend.MemoryException;
import io.retrograd.host.PhysicalMemory;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicLong;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Memory outside the Java heap, aligned to cache lines. */
final class OneDnnMemory implements Memory {
    private static final PhysicalMemory PHYSICAL = new PhysicalMemory();

    /** The largest buffer in Java. */
    private static final long MOST_BYTES = Integer.MAX_VALUE;

    private static final Cleaner CLEANER = Cleaner.create();

    /** Bytes that are worth a walk through all that the process has freed. */
    private static final long WORTHWHILE = 32 << 20;

    /** Bytes freed since the last such walk. */
    private static final AtomicLong FREED = new AtomicLong();

    private final Engine engine;

    OneDnnMemory(Engine engine) {
        this.engine = engine;
    }

    /** A pointer to memory that belongs to a block. */
    static final class AddressPointer extends Pointer {
        AddressPointer(long where) {
            address = where;
        }
    }

    /** One block of native memory. */
    static final class Block implements Arena {
        private final Pointer memory;
        private final long address;
        private final long bytes;
        private boolean closed;

        Block(long bytes) {
            this.bytes = bytes;
            memory = Pointer.calloc(1, Math.addExact(bytes, ALIGNMENT));
            if (memory == null || memory.isNull()) {
                throw MemoryException.block(
                        OneDnnBackend.NAME,
                        bytes,
                        String.format("less: %,d", PHYSICAL.available()),
                        "make the batch smaller");
            }
            address = Math.floorDiv(memory.address() + ALIGNMENT - 1, (long) ALIGNMENT) * ALIGNMENT;
        }

        /** A block that nobody closes: it is freed when nothing refers to it any more. */
        static Block collected(long bytes) {
            Block block = new Block(bytes);
            whenUnreachable(block, new Freeing(block.memory));
            return block;
        }

        private record Freeing(Pointer memory) implements Runnable {
            @Override
            public void run() {
                Pointer.free(memory);
            }
        }

        long address() {
            return address;
        }

        long bytes() {
            return bytes;
        }

        /** Where it begins. */
        Pointer pointer() {
            return new AddressPointer(address);
        }

        /** The byte at an offset from where it begins. */
        byte byteAt(long offset) {
            return new BytePointer(new AddressPointer(address + offset)).get();
        }

        boolean closed() {
            return closed;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                Pointer.free(memory);
                FREED.addAndGet(bytes);
            }
        }
    }

    /**
     * Frees native memory once nothing refers to its owner; the action must not either.
     *
     * @return to do so earlier
     */
    static Cleaner.Cleanable whenUnreachable(Object owner, Runnable free) {
        return CLEANER.register(owner, free);
    }

    /** Gives much freed memory back to the system, where the C library has a call for it. */
    static void trim() {
        if (FREED.get() < WORTHWHILE) {
            return;
        }
        FREED.set(0);
        try {
            NativeLibrary.getProcess().getFunction("malloc_trim").invokeInt(new Object[] {0L});
        } catch (UnsatisfiedLinkError e) {
            return; // It is not glibc: what is freed stays with the process.
        }
    }

    @Override
    public Tensor tensor(String name, Shape shape, DType dtype, @Nullable Tensor grad) {
        long bytes = shape.size() * dtype.bytes();
        if (bytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    String.format(
                            "cpu: expected tensors of at most %,d bytes, got %s of shape %s with"
                                    + " %,d; make the batch smaller",
                            MOST_BYTES, name, shape, bytes));
        }
        return new OneDnnTensor(engine, name, shape, dtype, grad);
    }

    @Override
    public Tensor like(String name, Tensor model) {
        OneDnnTensor known = OneDnnOp.own(model);
        OneDnnTensor tensor =
                new OneDnnTensor(engine, name, model.shape(), model.dtype(), /* grad= */ null);
        tensor.layoutOf(known);
        return tensor;
    }

    @Override
    public int bytes(DType dtype) {
        return dtype.bytes();
    }

    @Override
    public long available() {
        return PHYSICAL.available();
    }

    @Override
    public boolean resident() {
        return true;
    }

    @Override
    public Arena allocate(long bytes) {
        return new Block(bytes);
    }

    @Override
    public void place(Tensor tensor, Arena arena, long offset) {
        ((OneDnnTensor) tensor).place((Block) arena, offset);
    }

    @Override
    public long bytes(Tensor tensor) {
        return ((OneDnnTensor) tensor).bytes();
    }
}
