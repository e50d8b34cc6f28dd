package io.retrograd.onnx;

import io.retrograd.layer.Factor;
import io.retrograd.layer.Narrow;
import io.retrograd.layer.Offset;
import io.retrograd.layer.Scale;
import io.retrograd.onnx.Part.Parameter;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Sums and products with numbers. */
final class Arithmetic {
    private Arithmetic() {}

    /** {@code x + value} */
    static Flow plus(Call call, Flow x, double value) {
        if (Math.abs(value) < Float.MIN_NORMAL) {
            return x;
        }
        return call.layer(new Offset(ones(x), false), x, Parameter.of("bias", value));
    }

    /** {@code factor·x} */
    static Flow times(Call call, Flow x, double factor) {
        return factor == 1 ? x : call.layer(new Scale(factor), x);
    }

    private static Shape ones(Flow x) {
        return Shape.of(Collections.nCopies(x.rank(), 1));
    }

    /** The input under as many dimensions as the tensor has at least. */
    private static Flow aligned(Call call, Flow x, Constant c) {
        List<Dim> dims =
                new ArrayList<>(Collections.nCopies(Math.max(0, c.rank() - x.rank()), Dim.of(1)));
        dims.addAll(x.dims());
        return call.viewed(x, dims);
    }

    private static Constant aligned(Constant given, Flow x) {
        List<Dim> dims =
                new ArrayList<>(
                        Collections.nCopies(Math.max(0, x.rank() - given.rank()), Dim.of(1)));
        dims.addAll(given.dims());
        Constant c = given;
        if (given.uniform() && dims.get(x.batchAxis()).equals(x.dims().get(x.batchAxis()))) {
            dims.set(x.batchAxis(), Dim.of(1));
            c = given.gathered(dims, i -> 0);
        }
        if (!dims.get(x.batchAxis()).equals(Dim.of(1))) {
            throw new UnsupportedException("a constant for each sample");
        }
        return c.reshaped(dims);
    }

    private static Shape sizes(Constant c) {
        return Shape.of(c.dims().stream().map(Dim::size).toList());
    }

    private static boolean trained(Constant c) {
        return c.stored() && !c.count().equals(Dim.of(1));
    }

    /** {@code x + c}, c a parameter if it is a tensor of the file. */
    static Flow plus(Call call, Flow x, Constant c) {
        Flow wide = aligned(call, x, c);
        Constant bias = aligned(Masks.finite(c), wide);
        boolean trained = trained(c) && !Masks.masks(c);
        return call.layer(new Offset(sizes(bias), trained), wide, Parameter.of("bias", bias));
    }

    /**
     * Numbers that are the same for each sample, as a part of the network.
     *
     * @param axis the dimension that becomes the batch, of size 1
     * @param like what has the batch
     */
    static Flow repeated(Call call, Constant c, int axis, Flow like) {
        Flow one = like;
        for (int i = 0; i < like.rank(); i++) {
            if (i != like.batchAxis() && like.size(i) > 1) {
                one = call.layer(new Narrow(i, 0, 1), one);
            }
        }
        List<Dim> dims = new ArrayList<>(Collections.nCopies(c.rank(), Dim.of(1)));
        dims.set(axis, Dim.BATCH);
        return plus(call, call.layer(new Scale(0), call.viewed(one, dims)), c);
    }

    /** {@code x·c}, c a parameter if it is a tensor of the file. */
    static Flow times(Call call, Flow x, Constant c) {
        if (c.count().equals(Dim.of(1)) && c.rank() <= x.rank()) {
            return times(call, x, Call.decimal((float) c.real(0)));
        }
        Flow wide = aligned(call, x, c);
        Constant weight = aligned(c, wide);
        return call.layer(
                new Factor(sizes(weight), trained(c)), wide, Parameter.of("weight", weight));
    }
}
