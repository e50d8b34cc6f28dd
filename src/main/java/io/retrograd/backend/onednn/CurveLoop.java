package io.retrograd.backend.onednn;

import java.util.Arrays;

/**
 * A {@link Curve} over all of a tensor's memory, in whatever order that lies, by all threads where
 * it is worth waking them.
 */
final class CurveLoop {
    private final Curve curve;
    private final Curve.Room[] rooms;

    CurveLoop(Curve curve, Engine engine) {
        this.curve = curve;
        rooms = new Curve.Room[engine.threads()];
        Arrays.setAll(rooms, i -> new Curve.Room());
    }

    /** Computes a chunk of elements. */
    @FunctionalInterface
    private interface Chunk {
        void run(Curve.Room room, int first, int n);
    }

    /** Whether memory in this order can be computed as it lies. */
    boolean takes(Layout layout) {
        return curve.keepsZero() || layout.elements() * layout.elementBytes() == layout.bytes();
    }

    /** Whether it has the derivative, too. */
    boolean hasSlope() {
        return curve.hasSlope();
    }

    /** Lists {@code y = f(x)}. */
    void listForward(Pass pass, OneDnnTensor x, OneDnnTensor y) {
        list(
                pass,
                "activation",
                (room, first, n) -> {
                    room.load(x, first, room.xs, n);
                    curve.value(room, n);
                    room.store(y, first, n);
                },
                x,
                y);
    }

    /** Lists {@code dx = f'(x)·dy}. */
    void listBackward(Pass pass, OneDnnTensor x, OneDnnTensor dy, OneDnnTensor dx) {
        list(
                pass,
                "activation backward",
                (room, first, n) -> {
                    room.load(x, first, room.xs, n);
                    curve.slope(room, n);
                    room.load(dy, first, room.dys, n);
                    for (int i = 0; i < n; i++) {
                        room.ys[i] *= room.dys[i];
                    }
                    room.store(dx, first, n);
                },
                x,
                dy,
                dx);
    }

    private void list(Pass pass, String name, Chunk chunk, OneDnnTensor... tensors) {
        int elements = elements(tensors[0]);
        int count = Math.floorDiv(elements + Curve.Room.SIZE - 1, Curve.Room.SIZE);
        pass.share(
                name,
                count,
                elements,
                (member, begin, end) -> {
                    for (int i = begin; i < end; i++) {
                        int first = i * Curve.Room.SIZE;
                        chunk.run(
                                rooms[member], first, Math.min(Curve.Room.SIZE, elements - first));
                    }
                },
                tensors);
    }

    /** Elements in memory, those that pad the layout included. */
    private static int elements(OneDnnTensor x) {
        return Math.toIntExact(x.layout().bytes() / x.layout().elementBytes());
    }
}
