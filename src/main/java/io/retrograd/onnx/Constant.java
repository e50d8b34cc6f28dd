package io.retrograd.onnx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoublePredicate;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that the file holds, or that follow from those and the sizes of inputs.
 *
 * <p>Large ones are read where they lie, element by element, each time; small ones are kept. Where
 * all elements are one number there may be any number of them, and it may depend on the batch.
 */
final class Constant implements Value {
    /** More elements are not kept. */
    private static final int SMALL = 1 << 12;

    /** Deeper functions of functions are not evaluated. */
    private static final int DEEPEST = 8;

    private final List<Dim> dims;
    private final @Nullable IntFunction<Dim> wholes;
    private final IntToDoubleFunction reals;
    private final boolean uniform;
    private final int depth;
    private final @Nullable String source;
    private final boolean stored;

    private Constant(
            List<Dim> dims,
            @Nullable IntFunction<Dim> wholes,
            IntToDoubleFunction reals,
            boolean uniform,
            int depth,
            @Nullable String source,
            boolean stored) {
        this.dims = List.copyOf(dims);
        this.wholes = wholes;
        this.reals = reals;
        this.uniform = uniform;
        this.depth = depth;
        this.source = source;
        this.stored = stored;
    }

    /** Real numbers by row-major index, from numbers of this depth. */
    static Constant reals(List<Dim> dims, int depth, IntToDoubleFunction values) {
        int count = checked(dims);
        if (count > SMALL) {
            checkDepth(depth);
            return new Constant(dims, null, values, count == 1, depth + 1, null, false);
        }
        double[] kept = new double[count];
        for (int i = 0; i < count; i++) {
            kept[i] = values.applyAsDouble(i);
        }
        return new Constant(dims, null, i -> kept[i], count == 1, 0, null, false);
    }

    /** Whole numbers by row-major index, from numbers of this depth. */
    static Constant wholes(List<Dim> dims, int depth, IntFunction<Dim> values) {
        int count = checked(dims);
        IntFunction<Dim> elements = values;
        int deeper = depth + 1;
        if (count <= SMALL) {
            List<Dim> kept = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                kept.add(values.apply(i));
            }
            elements = kept::get;
            deeper = 0;
        } else {
            checkDepth(depth);
        }
        IntFunction<Dim> all = elements;
        return new Constant(dims, all, i -> all.apply(i).value(), count == 1, deeper, null, false);
    }

    static Constant whole(Dim value) {
        return wholes(List.of(), 0, i -> value);
    }

    static Constant wholes(List<Dim> values) {
        return wholes(List.of(Dim.of(values.size())), 0, values::get);
    }

    /** One number for all elements. */
    static Constant filled(List<Dim> dims, boolean whole, double value) {
        Dim count = Value.product(dims, 0, dims.size());
        if (count.at(1) < 0) {
            throw new IllegalArgumentException("expected sizes, got " + dims);
        }
        Dim number = Dim.of((long) value);
        return new Constant(dims, whole ? i -> number : null, i -> value, true, 0, null, false);
    }

    /** A tensor of the file under its name; one that is stored may be trained. */
    Constant named(String name, boolean initializer) {
        return new Constant(dims, wholes, reals, uniform, depth, name, initializer);
    }

    private static void checkDepth(int depth) {
        if (depth >= DEEPEST) {
            throw new UnsupportedException("large constants computed in many steps");
        }
    }

    private static int checked(List<Dim> dims) {
        long count = 1;
        for (Dim dim : dims) {
            if (dim.value() < 0) {
                throw new IllegalArgumentException("expected sizes, got " + dims);
            }
            count = Math.multiplyExact(count, dim.value());
        }
        return Math.toIntExact(count);
    }

    /** The same elements under other sizes, as many. */
    Constant reshaped(List<Dim> sizes) {
        if (!Value.product(sizes, 0, sizes.size()).equals(count())) {
            throw new IllegalArgumentException(
                    String.format("expected as many elements as %s, got %s", dims, sizes));
        }
        boolean kept = squeezed(sizes).equals(squeezed(dims));
        return new Constant(
                sizes, wholes, reals, uniform, depth, kept ? source : null, kept && stored);
    }

    private static List<Dim> squeezed(List<Dim> sizes) {
        return sizes.stream().filter(size -> !size.equals(Dim.of(1))).toList();
    }

    /** Elements of these: for each index that in this. */
    Constant gathered(List<Dim> sizes, IntUnaryOperator index) {
        if (uniform) {
            return new Constant(sizes, wholes, reals, true, depth, null, false);
        }
        IntFunction<Dim> whole = wholes;
        return whole == null
                ? reals(sizes, depth, i -> reals.applyAsDouble(index.applyAsInt(i)))
                : wholes(sizes, depth, i -> whole.apply(index.applyAsInt(i)));
    }

    /** Dimensions in another order. */
    Constant permuted(List<Integer> order) {
        List<Dim> sizes = order.stream().map(dims::get).toList();
        if (uniform) {
            return gathered(sizes, i -> 0);
        }
        int[] steps = steps(dims);
        int[] own = sizes.stream().mapToInt(Dim::size).toArray();
        int[] theirs = order.stream().mapToInt(axis -> steps[axis]).toArray();
        Constant moved = gathered(sizes, i -> index(i, own, theirs));
        String from = source;
        return from == null ? moved : moved.named(from + " in order " + order, stored);
    }

    /** How far apart neighbours of each dimension lie. */
    static int[] steps(List<Dim> dims) {
        int[] steps = new int[dims.size()];
        int step = 1;
        for (int d = steps.length - 1; d >= 0; d--) {
            steps[d] = step;
            step = Math.multiplyExact(step, dims.get(d).size());
        }
        return steps;
    }

    /** The sum over dimensions of an element's index in each times its step. */
    static int index(int flat, int[] sizes, int[] steps) {
        int left = flat;
        int index = 0;
        for (int d = sizes.length - 1; d >= 0; d--) {
            index += left % sizes[d] * steps[d];
            left /= sizes[d];
        }
        return index;
    }

    @Override
    public List<Dim> dims() {
        return dims;
    }

    @Override
    public boolean whole() {
        return wholes != null;
    }

    /** Whether all elements are the first. */
    boolean uniform() {
        return uniform;
    }

    /** How many functions lie over the file's numbers. */
    int depth() {
        return depth;
    }

    /** The tensor of the file that these are, and in which order; null if of no one. */
    @Nullable String source() {
        return source;
    }

    /** Whether it is an initializer, which may be a parameter. */
    boolean stored() {
        return stored;
    }

    /** Whether a node {@code Constant} holds it, which is no parameter. */
    boolean fixed() {
        return source != null && !stored;
    }

    double real(int index) {
        return reals.applyAsDouble(uniform ? 0 : index);
    }

    Dim element(int index) {
        IntFunction<Dim> whole = wholes;
        if (whole == null) {
            throw new IllegalArgumentException("expected whole numbers, got real ones");
        }
        return whole.apply(uniform ? 0 : index);
    }

    /** The number of elements. */
    int size() {
        return count().size();
    }

    /** All whole numbers, of which there are few. */
    List<Dim> elements() {
        int count = size();
        if (count > SMALL) {
            throw new IllegalArgumentException("expected few whole numbers, got " + count);
        }
        if (uniform) {
            return count == 0 ? List.of() : Collections.nCopies(count, element(0));
        }
        List<Dim> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(element(i));
        }
        return all;
    }

    /** All whole numbers, none of which depends on the batch. */
    List<Long> values() {
        return elements().stream().map(Dim::value).toList();
    }

    /** The only element as a real number. */
    double scalar() {
        if (size() != 1) {
            throw new UnsupportedException("a number of shape " + dims);
        }
        return real(0);
    }

    /** Whether every element is this number. */
    boolean all(double value) {
        return !any(x -> x != value);
    }

    /** Whether some element is so. */
    boolean any(DoublePredicate holds) {
        int count = uniform ? 1 : size();
        for (int i = 0; i < count; i++) {
            if (holds.test(real(i))) {
                return true;
            }
        }
        return false;
    }
}
