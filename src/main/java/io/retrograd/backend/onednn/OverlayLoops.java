package io.retrograd.backend.onednn;

import io.retrograd.operation.Overlay;
import io.retrograd.tensor.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Loops over a whole tensor and others that lie over it, whose sizes may be 1 where one element
 * counts for several: row by row in the order of the whole's memory, shared among the threads.
 *
 * <p>Sums do not depend on the number of threads.
 */
final class OverlayLoops {
    private final Engine engine;

    /** The sizes of the whole as they lie in memory. */
    private final List<Integer> sizes;

    private final Layout layout;

    /** Loops over a whole that is in this layout, {@link Layout#ordered}. */
    OverlayLoops(Engine engine, Layout layout) {
        this.engine = engine;
        this.layout = layout;
        sizes = sizes(layout);
    }

    private static List<Integer> sizes(Layout layout) {
        long[] dims = layout.dims();
        return Arrays.stream(layout.order()).mapToObj(d -> (int) dims[d]).toList();
    }

    /**
     * The layout for a whole that is made of these: that of the first of its sizes, or row-major.
     */
    static Layout layout(OneDnnTensor whole, OneDnnTensor... parts) {
        for (OneDnnTensor part : parts) {
            if (part.shape().equals(whole.shape()) && part.layout().ordered()) {
                return whole.engine().layouts().ordered(part.layout(), whole.type(), whole.dims());
            }
        }
        return whole.plain();
    }

    /** Combines two numbers. */
    @FunctionalInterface
    interface Row {
        /** Puts n combinations of {@code as} and {@code bs} into {@code as}. */
        void combine(float[] as, float[] bs, int n);
    }

    /** A tensor over the whole: as large, in the whole's layout, or smaller, all of it at hand. */
    private static final class Part {
        private final OneDnnTensor tensor;
        private final boolean whole;
        private final int[] strides;
        private final float[] values;

        Part(OneDnnTensor tensor, boolean whole, int[] strides) {
            this.tensor = tensor;
            this.whole = whole;
            this.strides = strides;
            values = new float[whole ? 0 : tensor.size()];
        }

        void load() {
            if (!whole) {
                tensor.get(0, values, values.length);
            }
        }

        /** Puts the elements over a row, which begins at {@code first}, into {@code row}. */
        void row(int first, int base, int stride, float[] row, int n) {
            if (whole) {
                tensor.get(first, row, n);
            } else if (stride == 0) {
                Arrays.fill(row, 0, n, values[base]);
            } else if (stride == 1) {
                System.arraycopy(values, base, row, 0, n);
            } else {
                for (int i = 0; i < n; i++) {
                    row[i] = values[base + i * stride];
                }
            }
        }
    }

    private Part part(Pass pass, OneDnnTensor tensor) {
        boolean whole = Arrays.equals(tensor.dims(), layout.dims());
        Layout wanted =
                whole
                        ? engine.layouts().ordered(layout, tensor.type(), tensor.dims())
                        : tensor.plain();
        return new Part(pass.in(tensor, wanted), whole, strides(tensor.shape()));
    }

    /** How far apart neighbours in the whole's memory lie in a row-major tensor over it. */
    private int[] strides(Shape part) {
        int[] order = layout.order();
        int[] strides = new int[order.length];
        for (int i = 0; i < order.length; i++) {
            int d = order[i];
            boolean spread = part.dim(d) == 1 && sizes.get(i) != 1;
            strides[i] = spread ? 0 : Math.toIntExact(part.tail(d + 1).size());
        }
        return strides;
    }

    private int[] strides() {
        int[] strides = new int[sizes.size()];
        int stride = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= sizes.get(i);
        }
        return strides;
    }

    /**
     * Lists a combination, element by element.
     *
     * @param to the whole, in the layout
     * @param b null if the row takes one only
     */
    void combine(
            Pass pass,
            String name,
            OneDnnTensor a,
            @Nullable OneDnnTensor b,
            OneDnnTensor to,
            Row row) {
        Part left = part(pass, a);
        Part right = b == null ? left : part(pass, b);
        Dims dims = new Dims(Overlay.of(sizes, strides(), left.strides, right.strides));
        float[][] rows = rooms(dims.last);
        float[][] others = rooms(dims.last);
        if (!left.whole || !right.whole) {
            pass.add(name + ", small ones", () -> load(left, right));
        }
        pass.share(
                name,
                dims.rows,
                to.size(),
                (member, begin, end) -> {
                    float[] as = rows[member];
                    float[] bs = others[member];
                    for (int r = begin; r < end; r++) {
                        left.row(r * dims.last, dims.base(1, r), dims.stride(1), as, dims.last);
                        if (b != null) {
                            right.row(
                                    r * dims.last, dims.base(2, r), dims.stride(2), bs, dims.last);
                        }
                        row.combine(as, bs, dims.last);
                        to.set(r * dims.last, as, dims.last);
                    }
                },
                left.tensor,
                right.tensor,
                to);
    }

    private static void load(Part left, Part right) {
        left.load();
        if (right != left) {
            right.load();
        }
    }

    /**
     * Lists {@code to = factor·Σ whole·other} over all elements for which an element of {@code to}
     * counts, which is row-major.
     *
     * @param whole in the layout
     * @param other null for ones
     */
    void sum(
            Pass pass,
            String name,
            OneDnnTensor whole,
            @Nullable OneDnnTensor other,
            double factor,
            OneDnnTensor to) {
        Part right = other == null ? null : part(pass, other);
        int[] own = strides(to.shape());
        Dims dims = new Dims(Overlay.of(sizes, own, right == null ? own : right.strides));
        double[] sums = new double[to.size()];
        pass.add(
                name + ", begin",
                () -> {
                    Arrays.fill(sums, 0);
                    if (right != null) {
                        right.load();
                    }
                });
        Summing summing = new Summing(dims, whole, right, sums, rooms(dims.last), rooms(dims.last));
        OneDnnTensor also = right == null ? whole : right.tensor;
        pass.share(name, summing.items(), whole.size(), summing::run, whole, also);
        pass.add(
                name + ", end",
                () -> {
                    for (int i = 0; i < sums.length; i++) {
                        to.set(i, factor * sums[i]);
                    }
                });
        pass.writes(to);
    }

    private float[][] rooms(int length) {
        return IntStream.range(0, engine.threads())
                .mapToObj(i -> new float[length])
                .toArray(float[][]::new);
    }

    /** The dimensions of an overlay, the last of which makes a row. */
    private static final class Dims {
        private final int[] sizes;
        private final int[][] strides;
        private final int last;
        private final int rows;

        Dims(Overlay overlay) {
            boolean one = overlay.sizes().isEmpty();
            sizes = one ? new int[] {1} : ints(overlay.sizes());
            strides =
                    overlay.strides().stream()
                            .map(of -> one ? new int[1] : ints(of))
                            .toArray(int[][]::new);
            last = sizes[sizes.length - 1];
            rows = Arrays.stream(sizes).limit(sizes.length - 1L).reduce(1, (a, b) -> a * b);
        }

        private static int[] ints(List<Integer> list) {
            return list.stream().mapToInt(Integer::intValue).toArray();
        }

        /** How far apart a tensor's elements over a row lie. */
        int stride(int tensor) {
            return strides[tensor][sizes.length - 1];
        }

        /** Where a tensor has what lies over the first element of a row. */
        int base(int tensor, int row) {
            int rest = row;
            int base = 0;
            for (int d = sizes.length - 2; d >= 0; d--) {
                base += rest % sizes[d] * strides[tensor][d];
                rest /= sizes[d];
            }
            return base;
        }
    }

    /**
     * Sums, of which each thread makes those of some positions in the first dimension they have.
     */
    private static final class Summing {
        private final Dims dims;
        private final OneDnnTensor whole;
        private final @Nullable Part other;
        private final double[] sums;
        private final float[][] rows;
        private final float[][] others;

        Summing(
                Dims dims,
                OneDnnTensor whole,
                @Nullable Part other,
                double[] sums,
                float[][] rows,
                float[][] others) {
            this.dims = dims;
            this.whole = whole;
            this.other = other;
            this.sums = sums;
            this.rows = rows;
            this.others = others;
        }

        /** The dimension that is shared; -1 if there is one sum only. */
        private int shared() {
            for (int d = 0; d < dims.sizes.length; d++) {
                if (dims.strides[0][d] != 0) {
                    return d;
                }
            }
            return -1;
        }

        int items() {
            return shared() < 0 ? 1 : dims.sizes[shared()];
        }

        void run(int member, int begin, int end) {
            int shared = shared();
            boolean inRow = shared == dims.sizes.length - 1;
            int inner = 1;
            for (int d = shared + 1; d < dims.sizes.length - 1; d++) {
                inner *= dims.sizes[d];
            }
            int from = inRow ? begin : 0;
            int count = inRow ? end - begin : dims.last;
            for (int r = 0; r < dims.rows; r++) {
                int position = shared < 0 || inRow ? begin : r / inner % dims.sizes[shared];
                if (position >= begin && position < end) {
                    add(r, from, count, member);
                }
            }
        }

        private void add(int r, int from, int count, int member) {
            float[] row = rows[member];
            float[] with = others[member];
            int first = r * dims.last + from;
            whole.get(first, row, count);
            if (other != null) {
                int stride = dims.stride(1);
                other.row(first, dims.base(1, r) + from * stride, stride, with, count);
                for (int i = 0; i < count; i++) {
                    row[i] *= with[i];
                }
            }
            int stride = dims.stride(0);
            int base = dims.base(0, r) + from * stride;
            if (stride == 0) {
                sums[base] += PairwiseSum.of(row, count);
            } else if (stride == 1) {
                for (int i = 0; i < count; i++) {
                    sums[base + i] += row[i];
                }
            } else {
                for (int i = 0; i < count; i++) {
                    sums[base + i * stride] += row[i];
                }
            }
        }
    }
}
