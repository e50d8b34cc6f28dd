package io.retrograd.onnx;

import io.retrograd.onnx.Part.Parameter;
import java.util.ArrayList;
import java.util.List;

/** Sums of elements along a dimension, with weights that are not trained, and chosen elements. */
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

    /** Elements of these indices in the first dimensions, none of which is the batch. */
    static Value gathered(Call call) {
        Flow x = call.flow(0);
        Constant indices = call.known(1);
        int dims = indices.dims().get(indices.axis(-1)).size();
        if (call.integer("batch_dims", 0) != 0 || dims > x.batchAxis() || dims == 0) {
            throw new UnsupportedException("indices of the batch");
        }
        List<Dim> apart = x.dims().subList(0, dims);
        int[] steps = Constant.steps(apart);
        List<Integer> at = new ArrayList<>();
        for (int i = 0; i < indices.size(); i += dims) {
            int flat = 0;
            for (int d = 0; d < dims; d++) {
                long index = indices.element(i + d).value();
                flat += Value.axis(index, apart.get(d).size()) * steps[d];
            }
            at.add(flat);
        }
        List<Dim> rest = x.dims().subList(dims, x.rank());
        List<Dim> lines = new ArrayList<>(List.of(Value.product(apart, 0, dims)));
        lines.addAll(rest);
        List<Dim> result = new ArrayList<>(indices.dims().subList(0, indices.rank() - 1));
        result.addAll(rest);
        return call.viewed(PartOperators.runs(call, call.viewed(x, lines), 0, at), result);
    }
}
