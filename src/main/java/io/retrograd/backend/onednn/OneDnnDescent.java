package io.retrograd.backend.onednn;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A change of parameters of one treatment by their gradients, which keep their values, in Java:
 * each thread takes chunks of all vectors to arrays, computes there, and stores parameters and
 * memory.
 *
 * <p>Rules are loops that store into one array and have no branches, so that Java's compiler
 * computes as many elements at once as a vector register holds.
 */
abstract class OneDnnDescent implements Update {
    /** All arrays of a chunk stay in a core's own cache. */
    private static final int SIZE = 1024;

    /** Elements below which one thread is faster. */
    private static final int FEW = 32 * SIZE;

    private static final int GRADIENT = 1;
    private static final int SLOTS = 2;

    private final Engine engine;
    private final Control control;
    private final boolean decayed;
    private final int slots;

    /** By parameter: itself, its gradient, what the rule keeps of it, and perhaps its gaps. */
    private final OneDnnTensor[][] vectors;

    /** By chunk, the parameter and the first element. */
    private final int[] parameter;

    private final int[] first;
    private final Room[] rooms;
    private final Team.Part part = this::compute;
    private boolean resumed;

    /**
     * An update.
     *
     * @param eps the addend of denominators, as {@link Room#eps} gives it
     * @param decayed whether the weight decay times w is added to the gradient
     * @param purposes names of what it keeps of each parameter, in the order of {@link Room#slots}
     */
    OneDnnDescent(
            Engine engine, Selection parameters, double eps, boolean decayed, String... purposes) {
        this.engine = engine;
        control = new Control(parameters);
        this.decayed = decayed && control.weightDecay() != 0;
        slots = purposes.length;
        List<List<Tensor>> all = Sweep.parametersAndGradients(parameters);
        for (String purpose : purposes) {
            all.add(parameters.slot(purpose));
        }
        all.addAll(new Epsilon(engine, eps, parameters).vectors());
        vectors = byParameter(all);
        List<int[]> chunks = new ArrayList<>();
        for (int k = 0; k < vectors.length; k++) {
            for (int from = 0; from < elements(k); from += SIZE) {
                chunks.add(new int[] {k, from});
            }
        }
        parameter = chunks.stream().mapToInt(it -> it[0]).toArray();
        first = chunks.stream().mapToInt(it -> it[1]).toArray();
        rooms = new Room[engine.threads()];
        Arrays.setAll(rooms, i -> new Room(slots, eps));
    }

    private static OneDnnTensor[][] byParameter(List<List<Tensor>> all) {
        OneDnnTensor[][] vectors = new OneDnnTensor[all.get(0).size()][all.size()];
        for (int j = 0; j < all.size(); j++) {
            List<OneDnnTensor> vector = OneDnnOp.own(all.get(j));
            for (int k = 0; k < vectors.length; k++) {
                vectors[k][j] = vector.get(k);
            }
        }
        return vectors;
    }

    /** The workspace of one thread: a chunk of every vector. */
    static final class Room {
        final float[] w = new float[SIZE];

        /** The gradient, with weight decay. */
        final float[] g = new float[SIZE];

        final float[][] slots;

        /** The addend of denominators: eps, or where that is 0, 1 in elements of padding. */
        final float[] eps = new float[SIZE];

        /** The number of the chunk. */
        int chunk;

        private Room(int slots, double eps) {
            this.slots = new float[slots][SIZE];
            Arrays.fill(this.eps, (float) eps);
        }
    }

    /**
     * Computes what depends on the step alone.
     *
     * @param lr the learning rate
     * @param t the number of the step, from 1
     */
    abstract void begin(double lr, double t);

    /**
     * Changes a chunk.
     *
     * @param room w and slots before, and after. Modified.
     * @param n how many elements it has
     */
    abstract void descend(Room room, int n);

    /** Follows all chunks; whether each is to be resumed. */
    boolean pause() {
        return false;
    }

    /** Changes a chunk further; as {@link #descend}. */
    void resume(Room room, int n) {}

    /** The parameters' weight decay. */
    final double weightDecay() {
        return control.weightDecay();
    }

    final int chunks() {
        return first.length;
    }

    final int parameters() {
        return vectors.length;
    }

    /** What the rule keeps of a parameter. */
    final OneDnnTensor slot(int parameter, int slot) {
        return vectors[parameter][SLOTS + slot];
    }

    final int parameterOf(int chunk) {
        return parameter[chunk];
    }

    @Override
    public final void run() {
        for (OneDnnTensor[] each : vectors) {
            for (OneDnnTensor vector : each) {
                vector.open();
            }
        }
        begin(control.learningRate(), control.step());
        resumed = false;
        all();
        resumed = pause();
        if (resumed) {
            all();
        }
    }

    private void all() {
        if (rooms.length == 1 || (long) first.length * SIZE <= FEW) {
            compute(0, 0, first.length);
        } else {
            engine.team().run(first.length, part);
        }
    }

    private void compute(int member, int from, int to) {
        Room room = rooms[member];
        for (int i = from; i < to; i++) {
            room.chunk = i;
            chunk(room, vectors[parameter[i]], first[i]);
        }
    }

    private void chunk(Room room, OneDnnTensor[] of, int at) {
        int n = Math.min(SIZE, of[0].floats().capacity() - at);
        of[0].get(at, room.w, n);
        of[GRADIENT].get(at, room.g, n);
        for (int j = 0; j < slots; j++) {
            of[SLOTS + j].get(at, room.slots[j], n);
        }
        if (of.length > SLOTS + slots) {
            of[SLOTS + slots].get(at, room.eps, n);
        }
        if (decayed) {
            addScaled(room.g, (float) weightDecay(), room.w, n);
        }
        if (resumed) {
            resume(room, n);
        } else {
            descend(room, n);
        }
        of[0].set(at, room.w, n);
        for (int j = 0; j < slots; j++) {
            of[SLOTS + j].set(at, room.slots[j], n);
        }
    }

    /** {@code y ← y + scale·x} */
    static void addScaled(float[] y, float scale, float[] x, int n) {
        for (int i = 0; i < n; i++) {
            y[i] += scale * x[i];
        }
    }

    /** {@code y ← keep·y + (1 − keep)·x} */
    static void average(float[] y, double keep, float[] x, int n) {
        float old = (float) keep;
        float share = (float) (1 - keep);
        for (int i = 0; i < n; i++) {
            y[i] = old * y[i] + share * x[i];
        }
    }

    /** {@code y ← keep·y + (1 − keep)·x²} */
    static void averageSquare(float[] y, double keep, float[] x, int n) {
        float old = (float) keep;
        float share = (float) (1 - keep);
        for (int i = 0; i < n; i++) {
            y[i] = old * y[i] + share * x[i] * x[i];
        }
    }

    /** Σ x², four sums at a time, because each addition waits for the one before. */
    static double squares(float[] x, int n) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int i = 0;
        for (; i < n - 3; i += 4) {
            a += (double) x[i] * x[i];
            b += (double) x[i + 1] * x[i + 1];
            c += (double) x[i + 2] * x[i + 2];
            d += (double) x[i + 3] * x[i + 3];
        }
        for (; i < n; i++) {
            a += (double) x[i] * x[i];
        }
        return (a + b) + (c + d);
    }

    private int elements(int k) {
        return Math.toIntExact(vectors[k][0].layout().bytes() / Float.BYTES);
    }
}
