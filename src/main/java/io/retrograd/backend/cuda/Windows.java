package io.retrograd.backend.cuda;

import io.retrograd.operation.PoolingSpec;
import io.retrograd.tensor.Shape;

/** A pooling's windows as {@code kernels/window.cuh} takes them. */
final class Windows {
    private static final int AXES = 3;
    private static final int FIELDS = 6;
    private static final int IN = 0;
    private static final int OUT = 1;
    private static final int KERNEL = 2;
    private static final int STRIDE = 3;
    private static final int PADDING = 4;
    private static final int DILATION = 5;

    /** From here on pairs of numbers. */
    private static final int DIVISORS = AXES * FIELDS;

    private static final int BY_IN = 0;
    private static final int BY_OUT = 1;
    private static final int BY_STRIDE = 2;
    private static final int ALL = DIVISORS + 2 * AXES * (BY_STRIDE + 1);

    private Windows() {}

    /** Windows that slide over x (N, C, in...) for y (N, C, out...). */
    static int[] sliding(PoolingSpec spec, Shape x, Shape y) {
        int[] fields = unit(1);
        int missing = AXES - spec.dims();
        for (int i = 0; i < spec.dims(); i++) {
            int axis = missing + i;
            set(fields, IN, axis, x.dim(i + 2));
            set(fields, OUT, axis, y.dim(i + 2));
            set(fields, KERNEL, axis, spec.kernel().get(i));
            set(fields, STRIDE, axis, spec.stride().get(i));
            set(fields, PADDING, axis, spec.padding().get(i));
            set(fields, DILATION, axis, spec.dilation().get(i));
            checkRange(spec, i, x.dim(i + 2));
        }
        return withDivisors(fields);
    }

    /** The kernels compute with ints: what lies furthest out is a window behind the padding. */
    private static void checkRange(PoolingSpec spec, int i, long in) {
        long window = (long) spec.dilation().get(i) * (spec.kernel().get(i) - 1) + 1;
        long furthest = in + 2L * spec.padding().get(i) + spec.stride().get(i) + window;
        if (furthest > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    String.format(
                            "Pooling: expected sizes, padding and windows of at most %,d in all, got"
                                    + " %,d in dimension %d",
                            Integer.MAX_VALUE, furthest, i));
        }
    }

    /** Windows that divide x (N, C, in...) among the elements of y (N, C, out...). */
    static int[] adaptive(Shape x, Shape y) {
        int[] fields = unit(0);
        int missing = AXES + 2 - x.rank();
        for (int i = 2; i < x.rank(); i++) {
            set(fields, IN, missing + i - 2, x.dim(i));
            set(fields, OUT, missing + i - 2, y.dim(i));
        }
        return withDivisors(fields);
    }

    /** Three dimensions of size 1. */
    private static int[] unit(int kernel) {
        int[] fields = new int[ALL];
        for (int axis = 0; axis < AXES; axis++) {
            set(fields, IN, axis, 1);
            set(fields, OUT, axis, 1);
            set(fields, KERNEL, axis, kernel);
            set(fields, STRIDE, axis, 1);
            set(fields, DILATION, axis, 1);
        }
        return fields;
    }

    private static void set(int[] fields, int field, int axis, int value) {
        fields[field * AXES + axis] = value;
    }

    private static int[] withDivisors(int[] fields) {
        for (int axis = 0; axis < AXES; axis++) {
            setDivisor(fields, BY_IN, axis, fields[IN * AXES + axis]);
            setDivisor(fields, BY_OUT, axis, fields[OUT * AXES + axis]);
            setDivisor(fields, BY_STRIDE, axis, fields[STRIDE * AXES + axis]);
        }
        return fields;
    }

    private static void setDivisor(int[] fields, int which, int axis, int value) {
        System.arraycopy(divisor(value), 0, fields, DIVISORS + 2 * (which * AXES + axis), 2);
    }

    /** Multiplier and shift; {@code kernels/window.cuh} has the mathematics. */
    static int[] divisor(int value) {
        int shift = Integer.SIZE - Integer.numberOfLeadingZeros(value - 1);
        long power = 1L << (Integer.SIZE - 1 + shift);
        return new int[] {(int) ((power + value - 1) / value), shift};
    }
}
