package io.retrograd.backend.onednn;

import io.retrograd.operation.SamplingAxis;
import io.retrograd.operation.SamplingAxis.Taps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Planes that are each a weighted sum of few planes of a source; their rows sums of rows, and in
 * these of few elements.
 */
final class SampledRows {
    /** What a plane takes of the dimensions before the last two. */
    private final Taps[] outer;

    /** Sizes of the source in these. */
    private final int[] sizes;

    /** What a row takes of the dimension before the last. */
    private final Taps rows;

    private final SampledLine line;
    private final float fill;

    /** Rows of a plane of the source. */
    private final int height;

    private final Room[] rooms;

    private SampledRows(Engine engine, List<Taps> taps, int[] sizes, boolean plane, float fill) {
        int last = taps.size() - 1;
        int dims = plane ? last - 1 : last;
        outer = taps.subList(0, dims).toArray(Taps[]::new);
        this.sizes = Arrays.copyOf(sizes, dims);
        rows = plane ? taps.get(dims) : SamplingAxis.identity(/* size= */ 1).taps();
        height = plane ? sizes[dims] : 1;
        this.fill = fill;
        line = new SampledLine(taps.get(last), sizes[last], fill);
        rooms = new Room[engine.threads()];
        Arrays.setAll(rooms, i -> new Room(outer.length, height, rows.size(), line));
    }

    private static SampledRows of(
            Engine engine,
            List<SamplingAxis> axes,
            Function<SamplingAxis, Taps> taps,
            ToIntFunction<SamplingAxis> size,
            double fill) {
        int before = axes.size() - 2;
        boolean plane = before >= 0 && !axes.get(before).isIdentity();
        List<Taps> all = axes.stream().map(taps).toList();
        int[] sizes = axes.stream().mapToInt(size).toArray();
        return new SampledRows(engine, all, sizes, plane, (float) fill);
    }

    /**
     * The outputs of these axes.
     *
     * @param fill outputs without inputs
     */
    static SampledRows forward(Engine engine, List<SamplingAxis> axes, double fill) {
        return of(engine, axes, SamplingAxis::taps, SamplingAxis::in, fill);
    }

    /** The gradients of their inputs. */
    static SampledRows backward(Engine engine, List<SamplingAxis> axes) {
        return of(engine, axes, SamplingAxis::readers, SamplingAxis::out, /* fill= */ 0);
    }

    /**
     * Volumes, one after the other.
     *
     * @param taps of the three dimensions of a volume
     * @param sizes of the source in these
     */
    static SampledRows volumes(Engine engine, int count, List<Taps> taps, int... sizes) {
        List<Taps> all = new ArrayList<>(taps);
        all.add(0, SamplingAxis.identity(count).taps());
        int[] with = {count, sizes[0], sizes[1], sizes[2]};
        return new SampledRows(engine, all, with, /* plane= */ true, /* fill= */ 0);
    }

    /** The workspace of a thread. */
    private static final class Room {
        /** The plane's number in each dimension, and which of its taps is taken. */
        final int[] at;

        final int[] taken;

        /** One plane of the source, and their sum. */
        final float[] source;

        final float[] sum;

        /** A sum of rows. */
        final float[] row;

        final float[] result;

        Room(int dims, int height, int resultHeight, SampledLine line) {
            at = new int[dims];
            taken = new int[dims];
            source = new float[height * line.length()];
            sum = new float[source.length];
            row = new float[line.length()];
            result = new float[resultHeight * line.results()];
        }
    }

    /** Lists all planes of a tensor, in its memory's order. */
    void list(Pass pass, String name, OneDnnTensor from, OneDnnTensor to) {
        int plane = rooms[0].result.length;
        pass.share(
                name,
                to.size() / plane,
                Math.max(from.size(), to.size()),
                (member, begin, end) -> {
                    for (int i = begin; i < end; i++) {
                        make(rooms[member], i, from);
                        to.set(i * plane, rooms[member].result, plane);
                    }
                },
                from,
                to);
    }

    private void make(Room room, int plane, OneDnnTensor from) {
        int terms = locate(room, plane);
        if (terms == 0) {
            Arrays.fill(room.result, fill);
            return;
        }
        float[] source = sum(room, terms, from);
        for (int r = 0; r < rows.size(); r++) {
            row(room, source, r);
        }
    }

    /** Finds a plane's place; returns how many planes of the source it is made of. */
    private int locate(Room room, int plane) {
        int rest = plane;
        int terms = 1;
        for (int d = outer.length - 1; d >= 0; d--) {
            room.at[d] = rest % outer[d].size();
            rest /= outer[d].size();
            room.taken[d] = 0;
            terms *= outer[d].count(room.at[d]);
        }
        return terms;
    }

    /** The sum of the planes of the source. */
    private float[] sum(Room room, int terms, OneDnnTensor from) {
        int size = room.source.length;
        for (int term = 0; term < terms; term++) {
            int plane = 0;
            double weight = 1;
            for (int d = 0; d < outer.length; d++) {
                int tap = outer[d].start(room.at[d]) + room.taken[d];
                plane = plane * sizes[d] + outer[d].index(tap);
                weight *= outer[d].weight(tap);
            }
            from.get(plane * size, room.source, size);
            if (terms == 1 && weight == 1) {
                return room.source;
            }
            add(room.source, 0, (float) weight, term == 0, room.sum);
            next(room);
        }
        return room.sum;
    }

    private static void add(float[] from, int first, float weight, boolean set, float[] sum) {
        if (set) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] = weight * from[first + i];
            }
        } else {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += weight * from[first + i];
            }
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

    private void row(Room room, float[] source, int r) {
        int to = r * line.results();
        int count = rows.count(r);
        int tap = rows.start(r);
        if (count == 0) {
            Arrays.fill(room.result, to, to + line.results(), fill);
        } else if (count == 1 && rows.weight(tap) == 1) {
            line.sample(source, rows.index(tap) * line.length(), room.result, to);
        } else {
            for (int t = tap; t < tap + count; t++) {
                int first = rows.index(t) * line.length();
                add(source, first, (float) rows.weight(t), t == tap, room.row);
            }
            line.sample(room.row, 0, room.result, to);
        }
    }
}
