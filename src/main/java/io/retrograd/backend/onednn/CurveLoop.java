package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_exp;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Curve} over all of a tensor's memory, in whatever order that lies, by all threads where
 * it is worth waking them.
 */
final class CurveLoop {
    /** Elements below which one thread is faster, some 30 µs of work. */
    private static final int FEW = 32 * Curve.Room.SIZE;

    private final Curve curve;
    private final Engine engine;
    private final Curve.Room[] rooms;

    CurveLoop(Curve curve, Engine engine) {
        this.curve = curve;
        this.engine = engine;
        rooms = new Curve.Room[engine.threads()];
        Arrays.setAll(rooms, i -> new Curve.Room());
    }

    /** What is done to a chunk of elements. */
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
        OneDnnTensor e = listExponential(pass, x);
        Runnable step =
                chunks(
                        x,
                        y,
                        (room, first, n) -> {
                            read(room, x, e, first, n);
                            curve.value(room, n);
                            y.set(first, room.ys, n);
                        });
        pass.add("activation", step);
    }

    /** Lists {@code dx = f'(x)·dy}. */
    void listBackward(Pass pass, OneDnnTensor x, OneDnnTensor dy, OneDnnTensor dx) {
        OneDnnTensor e = listExponential(pass, x);
        Runnable step =
                chunks(
                        dy,
                        dx,
                        (room, first, n) -> {
                            read(room, x, e, first, n);
                            dy.get(first, room.dys, n);
                            curve.slope(room, n);
                            for (int i = 0; i < n; i++) {
                                room.ys[i] *= room.dys[i];
                            }
                            dx.set(first, room.ys, n);
                        });
        pass.add(
                "activation backward",
                () -> {
                    x.open();
                    step.run();
                });
    }

    /** Lists what the curve's exponentials take, if it has any, and gives where they will be. */
    private @Nullable OneDnnTensor listExponential(Pass pass, OneDnnTensor x) {
        if (!curve.exponential()) {
            return null;
        }
        Layout line = engine.plain(dnnl_f32, elements(x));
        OneDnnTensor e = pass.temporary("exponential", line);
        Runnable step =
                chunks(
                        x,
                        e,
                        (room, first, n) -> {
                            x.get(first, room.xs, n);
                            curve.exponent(room, n);
                            e.set(first, room.es, n);
                        });
        pass.add("activation exponent", step);
        pass.add(exponential(line).with(DNNL_ARG_SRC, e).with(DNNL_ARG_DST, e));
        return e;
    }

    private static void read(
            Curve.Room room, OneDnnTensor x, @Nullable OneDnnTensor e, int first, int n) {
        x.get(first, room.xs, n);
        if (e != null) {
            e.get(first, room.es, n);
        }
    }

    private Primitive exponential(Layout line) {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        try (Attributes attributes = new Attributes(engine)) {
            Dnnl.check(
                    dnnl_eltwise_forward_primitive_desc_create(
                            description,
                            engine.handle(),
                            dnnl_forward_inference,
                            dnnl_eltwise_exp,
                            line.descriptor(),
                            line.descriptor(),
                            0,
                            0,
                            attributes.handle()),
                    "eltwise_forward");
        }
        return new Primitive(engine, "exponential", description);
    }

    private Runnable chunks(OneDnnTensor from, OneDnnTensor to, Chunk chunk) {
        int elements = elements(to);
        int count = Math.floorDiv(elements + Curve.Room.SIZE - 1, Curve.Room.SIZE);
        Team.Part part =
                (member, begin, end) -> {
                    for (int i = begin; i < end; i++) {
                        int first = i * Curve.Room.SIZE;
                        chunk.run(
                                rooms[member], first, Math.min(Curve.Room.SIZE, elements - first));
                    }
                };
        return () -> {
            from.open();
            to.open();
            if (rooms.length == 1 || elements <= FEW) {
                part.run(0, 0, count);
            } else {
                engine.team().run(count, part);
            }
        };
    }

    /** Elements in memory, those that pad the layout included. */
    private static int elements(OneDnnTensor x) {
        return Math.toIntExact(x.layout().bytes() / x.layout().elementBytes());
    }
}
