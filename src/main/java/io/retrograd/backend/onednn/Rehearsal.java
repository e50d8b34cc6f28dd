package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_destroy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.javacpp.Pointer;

/**
 * A primitive on memory of its own, to see how long it takes, and whether it writes all that it
 * should and nothing else: around each argument lie zones that must not change. Inputs are zero.
 */
final class Rehearsal implements AutoCloseable {
    private static final Set<Integer> OUTPUTS =
            Set.of(DNNL_ARG_DST, DNNL_ARG_DIFF_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS);

    private static final int SMALLEST_ZONE = 4096;

    /** Of a tensor; behind a workspace lies a zone of its own size. */
    private static final long LARGEST_ZONE = 1 << 20;

    private static final int ZONE_BYTE = 0x5A;

    /** Four of them are a NaN. */
    private static final int UNWRITTEN_BYTE = 0xFF;

    private final List<Room> rooms = new ArrayList<>();
    private final List<dnnl_memory> memories = new ArrayList<>();
    private final dnnl_exec_arg_t list;
    private final Execution execution;

    /** Runs the primitive on a list of arguments of some length. */
    @FunctionalInterface
    interface Execution {
        void run(dnnl_exec_arg_t list, int count);
    }

    /**
     * A rehearsal.
     *
     * @param layouts of its arguments
     * @param overwrites whether it writes all elements of what it gives
     * @param memory makes oneDNN's memory object
     */
    Rehearsal(
            Map<Integer, Layout> layouts,
            boolean overwrites,
            BiFunction<Layout, Pointer, dnnl_memory> memory,
            Execution execution) {
        this.execution = execution;
        list = new dnnl_exec_arg_t(layouts.size());
        int i = 0;
        for (Map.Entry<Integer, Layout> entry : layouts.entrySet()) {
            int argument = entry.getKey();
            Room room =
                    new Room(
                            entry.getValue().bytes(),
                            argument == DNNL_ARG_SCRATCHPAD,
                            overwrites && OUTPUTS.contains(argument) && entry.getValue().dense());
            rooms.add(room);
            memories.add(memory.apply(entry.getValue(), room.inside()));
            list.position(i++).arg(argument).memory(memories.get(memories.size() - 1));
        }
        list.position(0);
    }

    void run() {
        execution.run(list, rooms.size());
    }

    /** Whether the zones are as they were, and no output has an element that was not written. */
    boolean sound() {
        return rooms.stream().allMatch(Room::sound);
    }

    @Override
    public void close() {
        list.close();
        memories.forEach(memory -> dnnl_memory_destroy(memory));
        rooms.forEach(Room::close);
    }

    /** Memory of an argument between two zones. */
    private static final class Room {
        private final OneDnnMemory.Block block;
        private final long bytes;
        private final long zone;
        private final boolean output;

        Room(long bytes, boolean workspace, boolean output) {
            this.bytes = bytes;
            this.output = output;
            long wanted = SMALLEST_ZONE + (workspace ? bytes : Math.min(bytes, LARGEST_ZONE));
            zone = Math.floorDiv(wanted, (long) SMALLEST_ZONE) * SMALLEST_ZONE;
            block = new OneDnnMemory.Block(zone + bytes + zone);
            Pointer.memset(at(0), ZONE_BYTE, zone + bytes + zone);
            Pointer.memset(inside(), output ? UNWRITTEN_BYTE : 0, bytes);
        }

        private Pointer at(long offset) {
            return new OneDnnMemory.AddressPointer(block.address() + offset);
        }

        Pointer inside() {
            return at(zone);
        }

        boolean sound() {
            return holds(ZONE_BYTE, 0, zone)
                    && holds(ZONE_BYTE, zone + bytes, zone)
                    && (!output || written());
        }

        /** Of zeros come zeros, none of whose bytes is the one that was there before. */
        private boolean written() {
            Pointer left = Pointer.memchr(inside(), UNWRITTEN_BYTE, bytes);
            return left == null || left.isNull();
        }

        /** Whether all these bytes are the same: the first, and each as the one before. */
        private boolean holds(int value, long from, long count) {
            return block.byteAt(from) == (byte) value
                    && Pointer.memcmp(at(from), at(from + 1), count - 1) == 0;
        }

        void close() {
            block.close();
        }
    }
}
