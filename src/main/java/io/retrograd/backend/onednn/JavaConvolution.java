package io.retrograd.backend.onednn;

import org.jspecify.annotations.Nullable;

/**
 * Convolution, transposed convolution and the linear map by loops in Java: slow, and there for
 * every shape, for those that oneDNN has no sound primitive for.
 *
 * @param transposed whether the windows slide over y, and not over x
 * @param weight w's row-major order, in oneDNN's sizes
 */
record JavaConvolution(Windows windows, int groups, boolean transposed, Layout weight)
        implements WeightedPasses {
    @Override
    public void forward(
            Pass pass,
            OneDnnTensor x,
            OneDnnTensor w,
            @Nullable OneDnnTensor b,
            @Nullable OneDnnTensor addend,
            OneDnnTensor y,
            boolean relu) {
        OneDnnTensor from = pass.in(x, x.plain());
        OneDnnTensor with = pass.in(w, weight);
        OneDnnTensor to = pass.out(y, y.plain());
        OneDnnTensor bias = b == null ? null : pass.in(b, b.plain());
        OneDnnTensor other = addend == null ? null : pass.in(addend, addend.plain());
        WindowLoops.Then then = new WindowLoops.Then(bias, other, relu);
        add(pass, "y", loops -> product(loops, transposed, from, with, to, then));
        pass.store(to, y);
    }

    @Override
    public void backwardData(Pass pass, OneDnnTensor dy, OneDnnTensor w, OneDnnTensor dx) {
        OneDnnTensor from = pass.in(dy, dy.plain());
        OneDnnTensor with = pass.in(w, weight);
        OneDnnTensor to = pass.out(dx, dx.plain());
        add(
                pass,
                "dx",
                loops -> product(loops, !transposed, from, with, to, WindowLoops.Then.NOTHING));
        pass.store(to, dx);
    }

    @Override
    public void backwardWeights(
            Pass pass,
            OneDnnTensor x,
            OneDnnTensor dy,
            OneDnnTensor dw,
            @Nullable OneDnnTensor db) {
        OneDnnTensor from = pass.in(x, x.plain());
        OneDnnTensor gradient = pass.in(dy, dy.plain());
        OneDnnTensor to = pass.out(dw, weight);
        add(
                pass,
                "dw",
                loops ->
                        loops.correlate(
                                transposed ? gradient : from, transposed ? from : gradient, to));
        pass.store(to, dw);
        if (db != null) {
            pass.writes(db);
            add(pass, "db", loops -> loops.sums(gradient, transposed, db));
        }
    }

    private static void product(
            WindowLoops loops,
            boolean spread,
            OneDnnTensor from,
            OneDnnTensor w,
            OneDnnTensor to,
            WindowLoops.Then then) {
        if (spread) {
            loops.scatter(from, w, to, then);
        } else {
            loops.gather(from, w, to, then);
        }
    }

    private void add(Pass pass, String what, Loop loop) {
        pass.add(new Loops(windows, groups, what, loop));
    }

    /** The loop of one step. */
    @FunctionalInterface
    private interface Loop {
        void run(WindowLoops loops);
    }

    /** A step that costs more than any primitive, so that it is taken where there is none. */
    private static final class Loops implements Step {
        private final Windows windows;
        private final int groups;
        private final String what;
        private final Loop loop;
        private @Nullable WindowLoops loops;

        Loops(Windows windows, int groups, String what, Loop loop) {
            this.windows = windows;
            this.groups = groups;
            this.what = what;
            this.loop = loop;
        }

        @Override
        public void run() {
            WindowLoops known = loops;
            if (known == null) {
                known = new WindowLoops(windows, groups);
                loops = known;
            }
            loop.run(known);
        }

        @Override
        public double milliseconds() {
            return 2 * Primitive.REFERENCE_MILLISECONDS;
        }

        @Override
        public String describe() {
            return String.format(
                    "%s by loops in java, as oneDNN has no sound primitive for %s over %s",
                    what, windows.kernel(), windows.image());
        }
    }
}
