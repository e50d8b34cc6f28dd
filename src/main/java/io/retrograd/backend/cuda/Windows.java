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
        }
        return fields;
    }

    /** Windows that divide x (N, C, in...) among the elements of y (N, C, out...). */
    static int[] adaptive(Shape x, Shape y) {
        int[] fields = unit(0);
        int missing = AXES + 2 - x.rank();
        for (int i = 2; i < x.rank(); i++) {
            set(fields, IN, missing + i - 2, x.dim(i));
            set(fields, OUT, missing + i - 2, y.dim(i));
        }
        return fields;
    }

    /** Three dimensions of size 1. */
    private static int[] unit(int kernel) {
        int[] fields = new int[AXES * FIELDS];
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
}
