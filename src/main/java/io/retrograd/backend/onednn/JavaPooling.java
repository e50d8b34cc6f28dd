package io.retrograd.backend.onednn;

import io.retrograd.operation.PoolingAxis;
import io.retrograd.operation.Poolings;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Pooling in plain Java, a plane of x and y at a time, for windows that oneDNN lacks. */
abstract class JavaPooling extends OneDnnOp {
    final PoolingAxis depth;
    final PoolingAxis height;
    final PoolingAxis width;
    final OneDnnTensor x;
    final OneDnnTensor y;

    /** Elements of a plane of y. */
    final int outputs;

    private final int inputs;
    private final Room[] rooms;

    JavaPooling(Poolings o, PoolingAxis[] axes, String name) {
        super(o, name + " " + o.x().shape() + o.y().shape());
        x = own(o.x());
        y = own(o.y());
        depth = axes[0];
        height = axes[1];
        width = axes[2];
        inputs = depth.in() * height.in() * width.in();
        outputs = depth.out() * height.out() * width.out();
        rooms = new Room[engine().threads()];
        Arrays.setAll(rooms, i -> new Room(inputs, outputs));
    }

    /** The planes that a thread works on. */
    static final class Room {
        /** Of x, or of dx. */
        final float[] xs;

        /** Of y, or of dy. */
        final float[] ys;

        /** Of dx while it is added up. */
        final double[] sums;

        /** For each element of ys, perhaps, the index in xs of that which it was taken from. */
        final int[] top;

        Room(int inputs, int outputs) {
            xs = new float[inputs];
            ys = new float[outputs];
            sums = new double[inputs];
            top = new int[outputs];
        }
    }

    /** Makes ys of xs. */
    abstract void pool(Room room, int plane);

    /** Adds to sums, which are 0 before, what each element gets of ys. */
    abstract void spread(Room room, int plane);

    /**
     * Lists the steps of both passes.
     *
     * @param saved what they read and write of the operation's own
     */
    final void list(List<OneDnnTensor> saved) {
        y.layout(y.plain());
        OneDnnTensor from = forwardPass().in(x, x.plain());
        int planes = y.size() / outputs;
        forwardPass()
                .share(
                        "pooling",
                        planes,
                        x.size(),
                        (member, begin, end) -> forward(rooms[member], begin, end, from),
                        with(saved, from, y));
        forwardPass().writes(y);
        OneDnnTensor dx = x.gradient();
        if (dx != null) {
            OneDnnTensor dy = y.requireGradient();
            OneDnnTensor to = backwardPass().out(dx, x.plain());
            backwardPass()
                    .share(
                            "pooling backward",
                            planes,
                            x.size(),
                            (member, begin, end) -> backward(rooms[member], begin, end, dy, to),
                            with(saved, dy, to));
            backwardPass().store(to, dx);
        }
    }

    private static OneDnnTensor[] with(List<OneDnnTensor> saved, OneDnnTensor... tensors) {
        return Stream.concat(saved.stream(), Stream.of(tensors)).toArray(OneDnnTensor[]::new);
    }

    private void forward(Room room, int begin, int end, OneDnnTensor from) {
        for (int plane = begin; plane < end; plane++) {
            from.get(plane * inputs, room.xs, inputs);
            pool(room, plane);
            y.set(plane * outputs, room.ys, outputs);
        }
    }

    private void backward(Room room, int begin, int end, OneDnnTensor dy, OneDnnTensor to) {
        for (int plane = begin; plane < end; plane++) {
            Arrays.fill(room.sums, 0);
            dy.get(plane * outputs, room.ys, outputs);
            spread(room, plane);
            for (int i = 0; i < inputs; i++) {
                room.xs[i] = (float) room.sums[i];
            }
            to.set(plane * inputs, room.xs, inputs);
        }
    }

    /** Where row r in slice a of window (d, h) begins in a plane of x. */
    final int row(int d, int a, int h, int r) {
        return (depth.input(d, a) * height.in() + height.input(h, r)) * width.in();
    }
}
