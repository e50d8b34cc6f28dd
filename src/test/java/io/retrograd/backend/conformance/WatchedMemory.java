package io.retrograd.backend.conformance;

import io.retrograd.backend.Memory;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Any backend's memory, with zones before and behind each tensor that nobody may write, and a way
 * to see and set what lies in it: as a tensor of 32-bit integers over the same bytes. The zone
 * behind is as large as the tensor, as a primitive that reckons with more channels than there are
 * writes as much.
 */
final class WatchedMemory implements Memory {
    private static final int WORD = DType.INT32.bytes();
    private static final long ZONE = 4 * ALIGNMENT;
    private static final long LARGEST_ZONE = 1 << 20;

    private final Memory memory;
    private final IdentityHashMap<Tensor, Place> places = new IdentityHashMap<>();

    WatchedMemory(Memory memory) {
        this.memory = memory;
    }

    /** Bytes of an arena, from a word's first to a word's last. */
    record Place(Memory memory, Arena arena, long offset, long bytes) {
        boolean overlaps(Place other) {
            return arena == other.arena
                    && offset < other.offset + other.bytes
                    && other.offset < offset + bytes;
        }

        boolean sameStart(Place other) {
            return arena == other.arena && offset == other.offset;
        }

        private Tensor words() {
            Shape shape = Shape.of(Math.toIntExact(bytes / WORD));
            Tensor words = memory.tensor("words", shape, DType.INT32, /* grad= */ null);
            memory.place(words, arena, offset);
            return words;
        }

        double[] read() {
            return bytes == 0 ? new double[0] : words().toArray();
        }

        void write(double[] values) {
            if (bytes > 0) {
                words().copyFrom(values);
            }
        }

        void fill(int word) {
            double[] values = new double[Math.toIntExact(bytes / WORD)];
            Arrays.fill(values, word);
            write(values);
        }
    }

    /** Where a tensor lies, or null before it has memory. */
    @Nullable Place place(Tensor tensor) {
        return places.get(tensor);
    }

    /** From a tensor's last word to the end of the zone behind it. */
    Place behind(Tensor tensor, Place place) {
        long end = place.offset + memory.footprint(tensor) + zone(tensor);
        long start = place.offset + place.bytes;
        return new Place(memory, place.arena, start, end - start);
    }

    /** The zone before a tensor. */
    Place before(Place place) {
        return new Place(memory, place.arena, place.offset - ZONE, ZONE);
    }

    private long zone(Tensor tensor) {
        return Math.min(LARGEST_ZONE, Math.max(ZONE, memory.footprint(tensor)));
    }

    /** Tensors that have memory, with those whose arena has been closed. */
    Set<Tensor> placed() {
        return Set.copyOf(places.keySet());
    }

    /** The zones before a tensor, and behind it and what the device adds to its memory. */
    List<Place> guards(Tensor tensor) {
        Place place = places.get(tensor);
        if (place == null) {
            throw new IllegalStateException(tensor + ": expected a tensor with memory");
        }
        long end = place.offset + memory.footprint(tensor);
        return List.of(before(place), new Place(memory, place.arena, end, zone(tensor)));
    }

    @Override
    public Tensor tensor(String name, Shape shape, DType dtype, @Nullable Tensor grad) {
        return memory.tensor(name, shape, dtype, grad);
    }

    @Override
    public Tensor like(String name, Tensor model) {
        return memory.like(name, model);
    }

    @Override
    public int bytes(DType dtype) {
        return memory.bytes(dtype);
    }

    @Override
    public long bytes(Tensor tensor) {
        return memory.bytes(tensor);
    }

    @Override
    public long footprint(Tensor tensor) {
        return ZONE + memory.footprint(tensor) + zone(tensor);
    }

    @Override
    public long available() {
        return memory.available();
    }

    @Override
    public long available(long wanted) {
        return memory.available(wanted);
    }

    @Override
    public Arena allocate(long bytes) {
        return memory.allocate(bytes);
    }

    @Override
    public void place(Tensor tensor, Arena arena, long offset) {
        memory.place(tensor, arena, offset + ZONE);
        long words = (bytes(tensor) + WORD - 1) / WORD;
        places.put(tensor, new Place(memory, arena, offset + ZONE, words * WORD));
    }
}
