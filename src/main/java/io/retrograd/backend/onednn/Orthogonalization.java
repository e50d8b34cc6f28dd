package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;

import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.DType;
import io.retrograd.tensor.Shape;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Newton and Schulz's iteration on matrices of any layout, in place: {@link UpdateRule.Muon}. One
 * after the other, in row-major memory that they share.
 *
 * <pre>
 *   G = XXᵀ        M = a·1 + b·G + c·G²        X ← MX        (XᵀX and XM where X is tall)
 * </pre>
 */
final class Orthogonalization {
    private final Engine engine;
    private final int steps;
    private final OneDnnTensor scale;
    private final Matrix[] matrices;
    private final float[] gramRow;
    private final float[] squareRow;

    /**
     * An iteration.
     *
     * @param steps how often
     * @param tensors of rank 2 and above; the first dimension is a matrix's rows
     */
    Orthogonalization(Engine engine, int steps, OneDnnTensor... tensors) {
        this.engine = engine;
        this.steps = steps;
        scale = new Scalars(engine, 1).get(0);
        int elements = Arrays.stream(tensors).mapToInt(OneDnnTensor::size).max().orElse(0);
        int order = Arrays.stream(tensors).mapToInt(Orthogonalization::order).max().orElse(0);
        gramRow = new float[order];
        squareRow = new float[order];
        long vector = (long) elements * Float.BYTES;
        long square = (long) order * order * Float.BYTES;
        Room room =
                new Room(
                        OneDnnMemory.Block.collected(vector),
                        OneDnnMemory.Block.collected(vector),
                        OneDnnMemory.Block.collected(square),
                        OneDnnMemory.Block.collected(square));
        List<Primitive> primitives = new ArrayList<>();
        matrices =
                Arrays.stream(tensors)
                        .map(tensor -> new Matrix(tensor, room, primitives))
                        .toArray(Matrix[]::new);
        Sweep.provideScratchpads(engine, primitives);
        OneDnnMemory.whenUnreachable(this, new Sweep.Releasing(primitives));
    }

    /** Memory of X, the next X, G and G². */
    private record Room(
            OneDnnMemory.Block x,
            OneDnnMemory.Block next,
            OneDnnMemory.Block gram,
            OneDnnMemory.Block square) {}

    /** The smaller number of rows and columns. */
    private static int order(OneDnnTensor tensor) {
        return Math.min(
                UpdateRule.Muon.rows(tensor.shape()), UpdateRule.Muon.columns(tensor.shape()));
    }

    /** Orthogonalizes the k-th, divided by a number first. */
    void run(int k, double divisor) {
        try {
            scale.set(0, 1 / divisor);
            matrices[k].run();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    /** One of them. */
    private final class Matrix {
        private final int rows;
        private final int columns;
        private final int order;
        private final OneDnnTensor gram;
        private final OneDnnTensor square;
        private final Primitive load;
        private final Primitive divide;
        private final Primitive multiply;

        /** From X to the next X, and back again. */
        private final Primitive[] grams;

        private final Primitive[] nexts;
        private final Primitive store;

        Matrix(OneDnnTensor u, Room room, List<Primitive> all) {
            rows = UpdateRule.Muon.rows(u.shape());
            columns = UpdateRule.Muon.columns(u.shape());
            order = order(u);
            OneDnnTensor x = place(room.x, rows * columns);
            OneDnnTensor next = place(room.next, rows * columns);
            gram = place(room.gram, order * order);
            square = place(room.square, order * order);
            load = Reorder.of(u, u.layout(), x, u.masterOrder());
            divide = Vectors.scale(x, scale);
            Layout own = matrix(order, order);
            multiply = product(gram, own, gram, own, square, own);
            grams = new Primitive[] {gram(x), gram(next)};
            nexts = new Primitive[] {next(x, next), next(next, x)};
            store = Reorder.of(steps % 2 == 0 ? x : next, u.masterOrder(), u, u.layout());
            all.addAll(List.of(load, divide, multiply, store));
            all.addAll(List.of(grams));
            all.addAll(List.of(nexts));
        }

        void run() {
            load.run();
            divide.run();
            for (int step = 0; step < steps; step++) {
                grams[step % 2].run();
                multiply.run();
                combine();
                nexts[step % 2].run();
            }
            store.run();
        }

        private Primitive gram(OneDnnTensor x) {
            Layout plain = matrix(rows, columns);
            Layout turned = transposed(rows, columns);
            return rows <= columns
                    ? product(x, plain, x, turned, gram, matrix(order, order))
                    : product(x, turned, x, plain, gram, matrix(order, order));
        }

        /** With M in the place of G². */
        private Primitive next(OneDnnTensor x, OneDnnTensor next) {
            Layout plain = matrix(rows, columns);
            Layout own = matrix(order, order);
            return rows <= columns
                    ? product(square, own, x, plain, next, plain)
                    : product(x, plain, square, own, next, plain);
        }

        /** Puts {@code M = a·1 + b·G + c·G²} in the place of G². */
        private void combine() {
            float b = (float) UpdateRule.Muon.B;
            float c = (float) UpdateRule.Muon.C;
            for (int i = 0; i < order; i++) {
                gram.get(i * order, gramRow, order);
                square.get(i * order, squareRow, order);
                for (int j = 0; j < order; j++) {
                    squareRow[j] = b * gramRow[j] + c * squareRow[j];
                }
                squareRow[i] += (float) UpdateRule.Muon.A;
                square.set(i * order, squareRow, order);
            }
        }

        private OneDnnTensor place(OneDnnMemory.Block block, int elements) {
            OneDnnTensor tensor =
                    new OneDnnTensor(
                            engine, "muon", Shape.of(elements), DType.FLOAT32, /* grad= */ null);
            tensor.place(block, 0);
            return tensor;
        }

        private Primitive product(
                OneDnnTensor a, Layout as, OneDnnTensor b, Layout bs, OneDnnTensor z, Layout zs) {
            return new Product(a, as, b, bs).unrounded().plainInto(z, zs);
        }

        private Layout matrix(int m, int n) {
            return engine.layouts().plain(dnnl_f32, m, n);
        }

        private Layout transposed(int m, int n) {
            return m == 1 || n == 1 ? matrix(n, m) : Product.transposed(engine, m, n);
        }
    }
}
