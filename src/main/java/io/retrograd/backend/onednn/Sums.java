package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_relu;

import java.util.List;

/** Sums of tensors of one layout: {@code y = Σ xs}. */
final class Sums {
    private Sums() {}

    /**
     * The sum of all.
     *
     * @param y the sum; may be the first of them
     * @param relu whether {@code max(0, y)} is taken of it, for two tensors only
     */
    static Primitive of(List<OneDnnTensor> xs, OneDnnTensor y, boolean relu) {
        return xs.size() == 2
                ? pair(xs.get(0), xs.get(1), y, relu)
                : Vectors.sum(
                        y,
                        xs.stream().map(x -> new Vectors.Term(1, x)).toArray(Vectors.Term[]::new));
    }

    private static Primitive pair(OneDnnTensor a, OneDnnTensor b, OneDnnTensor y, boolean relu) {
        Binary sum = new Binary(dnnl_binary_add, a, b);
        return (relu ? sum.eltwise(dnnl_eltwise_relu, 0, 0) : sum).into(y, "add");
    }
}
