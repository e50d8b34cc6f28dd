package io.retrograd.layer;

import io.retrograd.bind.Binder;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.Elementwise.Binary;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.Arrays;

/** Dropout of many elements together: x times ones of which some were dropped. */
final class Dropped {
    private Dropped() {}

    /**
     * Drops in training; in inference x itself is returned.
     *
     * @param dims the number of leading dimensions whose elements are drawn
     */
    static Tensor bind(Binder binder, String name, double p, int dims, Tensor x) {
        if (!binder.options().training()) {
            return x;
        }
        Shape shape = x.shape();
        for (int d = dims; d < shape.rank(); d++) {
            shape = shape.with(d, 1);
        }
        double[] values = new double[Math.toIntExact(shape.size())];
        Arrays.fill(values, 1);
        Tensor ones = binder.constant("ones", shape, values);
        Tensor kept = binder.dropout(p, ones);
        return binder.record(to -> new Elementwise.Binary(name, Binary.Kind.MUL, x, kept, to)).y();
    }
}
