package io.retrograd.backend.onednn;

import io.retrograd.operation.SamplingAxis;
import io.retrograd.operation.SamplingAxis.Taps;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/** Rows that are each a weighted sum of few rows of a source, and of few elements in these. */
final class SampledRows {
    /** What a row takes of the last dimension. */
    private final Taps last;

    /** Whether that is all, in order. */
    private final boolean whole;

    /** What it takes of the dimensions before. */
    private final Taps[] outer;

    /** Sizes of the source in these. */
    private final int[] sizes;

    private final float fill;
    private final Room[] rooms;

    private SampledRows(
            Engine engine,
            List<SamplingAxis> axes,
            Function<SamplingAxis, Taps> taps,
            ToIntFunction<SamplingAxis> size,
            double fill) {
        SamplingAxis row = axes.get(axes.size() - 1);
        List<SamplingAxis> before = axes.subList(0, axes.size() - 1);
        last = taps.apply(row);
        whole = row.isIdentity();
        outer = before.stream().map(taps).toArray(Taps[]::new);
        sizes = before.stream().mapToInt(size).toArray();
        this.fill = (float) fill;
        rooms = new Room[engine.threads()];
        Arrays.setAll(rooms, i -> new Room(outer.length, size.applyAsInt(row), last.size()));
    }

    /**
     * The outputs of these axes.
     *
     * @param fill outputs without inputs
     */
    static SampledRows forward(Engine engine, List<SamplingAxis> axes, double fill) {
        return new SampledRows(engine, axes, SamplingAxis::taps, SamplingAxis::in, fill);
    }

    /** The gradients of their inputs. */
    static SampledRows backward(Engine engine, List<SamplingAxis> axes) {
        return new SampledRows(
                engine, axes, SamplingAxis::readers, SamplingAxis::out, /* fill= */ 0);
    }

    /** The workspace of a thread. */
    private static final class Room {
        /** The row's number in each dimension, and which of its taps is taken. */
        final int[] at;

        final int[] taken;

        /** One row of the source, their sum, and the result. */
        final float[] source;

        final float[] sum;
        final float[] result;

        Room(int dims, int length, int resultLength) {
            at = new int[dims];
            taken = new int[dims];
            source = new float[length];
            sum = new float[length];
            result = new float[resultLength];
        }
    }

    /** Lists all rows of a tensor, in its memory's order. */
    void list(Pass pass, String name, OneDnnTensor from, OneDnnTensor to) {
        pass.share(
                name,
                to.size() / last.size(),
                Math.max(from.size(), to.size()),
                (member, begin, end) -> {
                    for (int row = begin; row < end; row++) {
                        make(rooms[member], row, from, to);
                    }
                },
                from,
                to);
    }

    private void make(Room room, int row, OneDnnTensor from, OneDnnTensor to) {
        int terms = locate(room, row);
        if (terms == 0) {
            Arrays.fill(room.result, fill);
            to.set(row * room.result.length, room.result, room.result.length);
            return;
        }
        float[] sum = sum(room, terms, from);
        float[] result = whole ? sum : room.result;
        if (!whole) {
            sample(sum, result);
        }
        to.set(row * result.length, result, result.length);
    }

    /** Finds a row's place; returns how many rows of the source it is made of. */
    private int locate(Room room, int row) {
        int rest = row;
        int terms = 1;
        for (int d = outer.length - 1; d >= 0; d--) {
            room.at[d] = rest % outer[d].size();
            rest /= outer[d].size();
            room.taken[d] = 0;
            terms *= outer[d].count(room.at[d]);
        }
        return terms;
    }

    /** The sum of the rows of the source. */
    private float[] sum(Room room, int terms, OneDnnTensor from) {
        int length = room.source.length;
        for (int term = 0; term < terms; term++) {
            int row = 0;
            double weight = 1;
            for (int d = 0; d < outer.length; d++) {
                int tap = outer[d].start(room.at[d]) + room.taken[d];
                row = row * sizes[d] + outer[d].index(tap);
                weight *= outer[d].weight(tap);
            }
            from.get(row * length, room.source, length);
            if (terms == 1 && weight == 1) {
                return room.source;
            }
            add(room, term == 0, (float) weight);
            next(room);
        }
        return room.sum;
    }

    private static void add(Room room, boolean first, float weight) {
        float[] sum = room.sum;
        float[] source = room.source;
        for (int i = 0; i < sum.length; i++) {
            sum[i] = first ? weight * source[i] : sum[i] + weight * source[i];
        }
    }

    /** Takes the next combination of taps. */
    private void next(Room room) {
        for (int d = outer.length - 1; d >= 0; d--) {
            if (++room.taken[d] < outer[d].count(room.at[d])) {
                return;
            }
            room.taken[d] = 0;
        }
    }

    private void sample(float[] row, float[] result) {
        for (int o = 0; o < result.length; o++) {
            int first = last.start(o);
            int count = last.count(o);
            double sum = count == 0 ? fill : 0;
            for (int tap = first; tap < first + count; tap++) {
                sum += last.weight(tap) * row[last.index(tap)];
            }
            result[o] = (float) sum;
        }
    }
}
