package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_BIAS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_destroy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;
import org.jspecify.annotations.Nullable;

/**
 * A primitive on memory of its own, to see how long it takes, whether it writes all that it should
 * and nothing else, and whether that is right: around each argument lie zones that must not change.
 */
final class Rehearsal implements AutoCloseable {
    private static final Set<Integer> OUTPUTS =
            Set.of(DNNL_ARG_DST, DNNL_ARG_DIFF_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_BIAS);

    private static final int SMALLEST_ZONE = 4096;

    /** Behind a tensor. */
    private static final long LARGEST_ZONE = 1 << 20;

    /** Behind a workspace: kernels that step by whole blocks may need as many of one channel. */
    private static final int LARGEST_BLOCK = 16;

    private static final long LARGEST_WORKSPACE_ZONE = 64 << 20;

    private static final int LARGEST_NUMBER = 2;
    private static final int ZONE_BYTE = 0x5A;

    /** Four of them are a NaN. */
    private static final int UNWRITTEN_BYTE = 0xFF;

    /** A prime count of them, so that they are not the same in each row or channel. */
    private static final float[] NUMBERS = numbers(4099);

    private final Map<Integer, Room> rooms = new LinkedHashMap<>();
    private final List<dnnl_memory> memories = new ArrayList<>();
    private final dnnl_exec_arg_t list;
    private final @Nullable Values values;
    private final Execution execution;

    /** Runs the primitive on a list of arguments of some length. */
    @FunctionalInterface
    interface Execution {
        void run(dnnl_exec_arg_t list, int count);
    }

    /** Numbers for the arguments, and what comes of them, all of which the primitive writes. */
    interface Values {
        /** Whether the outputs may hold anything before; else they are added to. */
        default boolean overwrites() {
            return true;
        }

        /** Gives the inputs their numbers. */
        void fill(Rehearsal rehearsal);

        /** Whether the outputs have theirs. */
        boolean hold(Rehearsal rehearsal);
    }

    /**
     * A rehearsal.
     *
     * @param layouts the layouts of its arguments
     * @param values null where only zones are looked at
     * @param memory makes oneDNN's memory object
     */
    Rehearsal(
            Map<Integer, Layout> layouts,
            @Nullable Values values,
            BiFunction<Layout, Pointer, dnnl_memory> memory,
            Execution execution) {
        this.values = values;
        this.execution = execution;
        list = new dnnl_exec_arg_t(layouts.size());
        int i = 0;
        for (Map.Entry<Integer, Layout> entry : layouts.entrySet()) {
            int argument = entry.getKey();
            Room room = new Room(argument, entry.getValue(), values != null && values.overwrites());
            rooms.put(argument, room);
            memories.add(memory.apply(entry.getValue(), room.inside()));
            list.position(i++).arg(argument).memory(memories.get(memories.size() - 1));
        }
        list.position(0);
    }

    private static float[] numbers(int count) {
        SplittableRandom random = new SplittableRandom(1);
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            int size = 1 + random.nextInt(LARGEST_NUMBER);
            numbers[i] = random.nextBoolean() ? size : -size;
        }
        return numbers;
    }

    void run() {
        execution.run(list, rooms.size());
    }

    /** Whether the primitive takes an argument. */
    boolean has(int argument) {
        return rooms.containsKey(argument);
    }

    /** Whether an argument is float32. */
    boolean wide(int argument) {
        return room(argument).layout.elementBytes() == Float.BYTES;
    }

    /** Gives each element of an argument its {@link #value}. */
    void fill(int argument) {
        room(argument).fill();
    }

    /** Gives an element its {@link #value}. */
    void set(int argument, int... index) {
        room(argument).set(index);
    }

    /** The number that an element of an input is given: a small integer other than 0. */
    double value(int argument, int... index) {
        return room(argument).value(index);
    }

    /** An element. */
    double get(int argument, int... index) {
        return room(argument).get(index);
    }

    private Room room(int argument) {
        Room room = rooms.get(argument);
        if (room == null) {
            throw new IllegalStateException("rehearsal: no argument " + argument);
        }
        return room;
    }

    /**
     * Whether all outputs are written, the first time of zeros, and the numbers are right. Runs it.
     */
    boolean right() {
        run();
        Values known = values;
        if (known == null) {
            return true;
        }
        if (!rooms.values().stream().allMatch(Room::written)) {
            return false;
        }
        rooms.values().forEach(Room::poison);
        known.fill(this);
        run();
        return known.hold(this);
    }

    /** Whether the zones are as they were. */
    boolean keepsWithin() {
        return rooms.values().stream().allMatch(Room::zonesHold);
    }

    @Override
    public void close() {
        list.close();
        memories.forEach(memory -> dnnl_memory_destroy(memory));
        rooms.values().forEach(Room::close);
    }

    /** Memory of an argument between two zones. */
    private static final class Room {
        private final int argument;
        private final Layout layout;
        private final OneDnnMemory.Block block;
        private final long bytes;

        /** Behind the argument, in bytes. */
        private final long zone;

        private final boolean output;
        private final boolean workspace;

        private Room(int argument, Layout layout, boolean overwritten) {
            this.argument = argument;
            this.layout = layout;
            bytes = layout.bytes();
            output = overwritten && OUTPUTS.contains(argument) && layout.dense();
            workspace = argument == DNNL_ARG_SCRATCHPAD;
            zone =
                    SMALLEST_ZONE
                            + (workspace
                                    ? Math.min(LARGEST_BLOCK * bytes, LARGEST_WORKSPACE_ZONE)
                                    : Math.min(bytes, LARGEST_ZONE));
            block = new OneDnnMemory.Block(SMALLEST_ZONE + bytes + zone);
            Pointer.memset(at(0), ZONE_BYTE, SMALLEST_ZONE + bytes + zone);
            Pointer.memset(inside(), 0, bytes);
            poison();
        }

        /** Puts NaN where the primitive must not read: into its outputs and its workspace. */
        private void poison() {
            if (output || workspace) {
                Pointer.memset(inside(), UNWRITTEN_BYTE, bytes);
            }
        }

        private Pointer at(long offset) {
            return new OneDnnMemory.AddressPointer(block.address() + offset);
        }

        Pointer inside() {
            return at(SMALLEST_ZONE);
        }

        private long offset(int[] index) {
            return layout.offset(Arrays.copyOf(index, Math.min(index.length, layout.rank())));
        }

        /** A number for each element: neighbours in memory have different ones, in no order. */
        double value(int[] index) {
            return number(offset(index));
        }

        private float number(long offset) {
            return NUMBERS[(int) ((offset + argument) % NUMBERS.length)];
        }

        void fill() {
            if (!layout.full()) {
                fillEach();
                return;
            }
            float[] numbers = new float[NUMBERS.length];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = number(i);
            }
            long count = layout.elements();
            for (long from = 0; from < count; from += numbers.length) {
                put(from, numbers, (int) Math.min(numbers.length, count - from));
            }
        }

        /** Nothing is put into padding, which oneDNN expects to be zero. */
        private void fillEach() {
            long[] dims = layout.dims();
            int[] index = new int[dims.length];
            for (long i = 0; i < layout.elements(); i++) {
                long rest = i;
                for (int d = index.length - 1; d >= 0; d--) {
                    index[d] = (int) (rest % dims[d]);
                    rest /= dims[d];
                }
                set(index);
            }
        }

        void set(int[] index) {
            long offset = offset(index);
            put(offset, new float[] {number(offset)}, 1);
        }

        private void put(long from, float[] numbers, int count) {
            Pointer where = at(SMALLEST_ZONE + from * layout.elementBytes());
            if (layout.elementBytes() == Float.BYTES) {
                new FloatPointer(where).put(numbers, 0, count);
                return;
            }
            short[] narrow = new short[count];
            for (int i = 0; i < count; i++) {
                narrow[i] = Transfer.bfloat16(numbers[i]);
            }
            new ShortPointer(where).put(narrow, 0, count);
        }

        double get(int[] index) {
            Pointer where = at(SMALLEST_ZONE + offset(index) * layout.elementBytes());
            return layout.elementBytes() == Float.BYTES
                    ? new FloatPointer(where).get()
                    : Transfer.fromBfloat16(new ShortPointer(where).get());
        }

        private boolean zonesHold() {
            return holds(0, SMALLEST_ZONE) && holds(SMALLEST_ZONE + bytes, zone);
        }

        /** Whether all these bytes are a zone's: the first, and each as the one before. */
        private boolean holds(long from, long count) {
            return block.byteAt(from) == (byte) ZONE_BYTE
                    && Pointer.memcmp(at(from), at(from + 1), count - 1) == 0;
        }

        /**
         * Whether all is written: zeros give zeros, no byte of which equals the byte put there
         * before.
         */
        private boolean written() {
            Pointer left = output ? Pointer.memchr(inside(), UNWRITTEN_BYTE, bytes) : null;
            return left == null || left.isNull();
        }

        private void close() {
            block.close();
        }
    }
}
