package io.retrograd.operation;

import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Operations that move elements about or sum them: linear in all that they read. */
public sealed interface Arrangements extends Operation {
    @Override
    default List<Tensor> linearIn() {
        return reads();
    }

    @Override
    default boolean linearTogether() {
        return true;
    }

    /** y has x's elements in the same order. */
    record Reshape(String name, Tensor x, Tensor y) implements Arrangements {
        public Reshape {
            if (y.shape().size() != x.shape().size()) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected as many elements as %s, got %s", name, x, y.shape()));
            }
        }

        public Reshape(String name, Shape shape, Tensor x, Outputs to) {
            this(name, x, to.output(name, shape, x));
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.reshape(this);
        }
    }

    /**
     * Dimensions in another order.
     *
     * @param dims for each dimension of y that of x, counted from 0 on
     */
    record Permute(String name, List<Integer> dims, Tensor x, Tensor y) implements Arrangements {
        public Permute {
            dims = List.copyOf(dims);
        }

        /** Dimensions count from the end where they are negative. */
        public Permute(String name, List<Integer> dims, Tensor x, Outputs to) {
            this(
                    name,
                    dims.stream().map(d -> Checks.dimension(name, d, x.shape())).toList(),
                    x,
                    to.output(name, outputShape(name, x.shape(), dims), x));
        }

        /** The shape of y. */
        public static Shape outputShape(String name, Shape x, List<Integer> dims) {
            List<Integer> known = dims.stream().map(d -> Checks.dimension(name, d, x)).toList();
            if (known.size() != x.rank() || Set.copyOf(known).size() != known.size()) {
                throw new IllegalArgumentException(
                        String.format(
                                "%s: expected each dimension of %s once, got %s", name, x, dims));
            }
            return Shape.of(known.stream().map(x::dim).toList());
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.permute(this);
        }
    }

    /** {@code y = factor·x} */
    record Scale(double factor, Tensor x, Tensor y) implements Arrangements {
        private static final String NAME = "Scale";

        public Scale {
            check(factor);
        }

        public Scale(double factor, Tensor x, Outputs to) {
            this(factor, x, to.output(NAME, x.shape(), x));
        }

        /** Refuses NaN and infinities. */
        public static void check(double factor) {
            Checks.finite(NAME, "factor", factor);
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.scale(this);
        }
    }

    /**
     * The sum or the mean over dimensions, whose size in y is 1.
     *
     * <pre>
     *   y = factor·Σ x        dx = factor·dy        factor 1, or 1 / the number of terms
     * </pre>
     *
     * @param dims counted from 0 on
     */
    record Reduce(boolean mean, List<Integer> dims, Tensor x, Tensor y) implements Arrangements {
        public Reduce {
            dims = List.copyOf(dims);
        }

        /** Dimensions count from the end where they are negative. */
        public Reduce(boolean mean, List<Integer> dims, Tensor x, Outputs to) {
            this(
                    mean,
                    dims.stream().map(d -> Checks.dimension(name(mean), d, x.shape())).toList(),
                    x,
                    to.output(name(mean), outputShape(mean, dims, x.shape()), x));
        }

        private static String name(boolean mean) {
            return mean ? "Mean" : "Sum";
        }

        /** The shape of y. */
        public static Shape outputShape(boolean mean, List<Integer> dims, Shape x) {
            Shape y = x;
            for (int dim : dims) {
                y = y.with(Checks.dimension(name(mean), dim, x), 1);
            }
            return y;
        }

        /** What the sum is multiplied by. */
        public double factor() {
            return mean ? (double) y.shape().size() / x.shape().size() : 1;
        }

        @Override
        public String name() {
            return name(mean);
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.reduce(this);
        }
    }

    /** Joins tensors along a dimension, counted from 0 on. */
    record Concat(int dim, List<Tensor> xs, Tensor y) implements Arrangements {
        private static final String NAME = "Concat";

        public Concat {
            xs = List.copyOf(xs);
        }

        /** {@code dim} counts from the end where it is negative. */
        public static Concat of(int dim, List<Tensor> xs, Outputs to) {
            List<Shape> shapes = xs.stream().map(Tensor::shape).toList();
            Tensor y = to.output(NAME, outputShape(dim, shapes), xs);
            return new Concat(Checks.dimension(NAME, dim, y.shape()), xs, y);
        }

        /** The shape of y for inputs of these; a negative dimension counts from the end. */
        public static Shape outputShape(int dim, List<Shape> xs) {
            if (xs.isEmpty()) {
                throw new IllegalArgumentException(NAME + ": expected at least 1 input, got none");
            }
            Shape first = xs.get(0);
            int d = Checks.dimension(NAME, dim, first);
            int sum = 0;
            for (Shape x : xs) {
                if (x.rank() != first.rank() || !x.with(d, 1).equals(first.with(d, 1))) {
                    throw new IllegalArgumentException(
                            String.format(
                                    "%s: expected inputs that agree but for dimension %d, got %s",
                                    NAME, d, xs));
                }
                sum = Math.addExact(sum, x.dim(d));
            }
            return first.with(d, sum);
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.concat(this);
        }
    }

    /** y = Σ xs, all of one shape. */
    record Add(List<Tensor> xs, Tensor y) implements Arrangements {
        private static final String NAME = "Add";

        public Add {
            xs = List.copyOf(xs);
        }

        public Add(List<Tensor> xs, Outputs to) {
            this(xs, to.output(NAME, outputShape(xs), xs));
        }

        private static Shape outputShape(List<Tensor> xs) {
            if (xs.isEmpty()) {
                throw new IllegalArgumentException(NAME + ": expected at least 1 input, got none");
            }
            Shape shape = xs.get(0).shape();
            if (xs.stream().anyMatch(x -> !x.shape().equals(shape))) {
                throw new IllegalArgumentException(
                        NAME + ": expected inputs of one shape, got " + xs);
            }
            return shape;
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.add(this);
        }
    }

    /** Branches with x's values, in x's memory, for as many readers. */
    record Fork(Tensor x, List<Tensor> branches) implements Arrangements {
        public Fork {
            branches = List.copyOf(branches);
        }

        public static Fork of(Tensor x, int count, Outputs to) {
            List<Tensor> branches = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                branches.add(to.branch(x, i));
            }
            return new Fork(x, branches);
        }

        @Override
        public Tensor y() {
            return branches.get(0);
        }

        @Override
        public List<Tensor> writes() {
            return branches;
        }

        @Override
        public Op make(Operations on, RandomState random) {
            return on.fork(this);
        }
    }
}
