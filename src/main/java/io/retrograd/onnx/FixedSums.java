package io.retrograd.onnx;

import io.retrograd.onnx.Part.Parameter;

/** Sums of elements along a dimension, with weights that are not trained. */
final class FixedSums {
    /** More weights are no such sums. */
    private static final long MOST = 1 << 22;

    private FixedSums() {}

    /** The weight of an element in a sum. */
    @FunctionalInterface
    interface Weights {
        double of(int in, int out);
    }

    /** As many sums as {@code out} in the place of a dimension's elements. */
    static Flow along(Call call, Flow x, int axis, int out, Weights weights) {
        int in = x.size(axis);
        if ((long) in * out > MOST) {
            throw new UnsupportedException(
                    String.format("sums of %d elements to %d others", in, out));
        }
        int last = x.rank() - 1;
        Flow rows = call.swapped(x, axis, last);
        Parameter matrix = new Parameter("weight", i -> weights.of(i % in, i / in), null, null);
        return call.swapped(call.layer(new FixedLinear(out), rows, matrix), axis, last);
    }
}
