package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_linear;
import static org.bytedeco.dnnl.global.dnnl.dnnl_eltwise_pow;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Elementwise work in one primitive: two tensors are combined, then the result is worked on, in the
 * order of the calls. The second tensor of a combination may be a single number.
 *
 * <p>Algorithms are oneDNN's numbers, as in {@code dnnl_binary_mul} and {@code dnnl_eltwise_sqrt}.
 */
final class Binary {
    private final int algorithm;
    private final OneDnnTensor a;
    private final OneDnnTensor b;
    private final List<Then> chain = new ArrayList<>();

    /** {@code a ∘ b} */
    Binary(int algorithm, OneDnnTensor a, OneDnnTensor b) {
        this.algorithm = algorithm;
        this.a = a;
        this.b = b;
    }

    /** One thing done to the result, with the tensor that this takes, if it takes one. */
    private record Then(Appender appender, @Nullable OneDnnTensor operand) {}

    @FunctionalInterface
    private interface Appender {
        void append(Attributes attributes);
    }

    /** Then applies a function of one number. */
    Binary eltwise(int function, double alpha, double beta) {
        chain.add(new Then(attributes -> attributes.eltwise(function, alpha, beta), null));
        return this;
    }

    /** Then multiplies by a number that never changes. */
    Binary times(double scale) {
        return eltwise(dnnl_eltwise_linear, scale, 0);
    }

    /** Then takes its reciprocal. */
    Binary reciprocal() {
        return eltwise(dnnl_eltwise_pow, 1, -1);
    }

    /** Then combines the result so far with a tensor. */
    Binary with(int other, OneDnnTensor x) {
        chain.add(new Then(attributes -> attributes.binary(other, x.layout().descriptor()), x));
        return this;
    }

    /** Then adds {@code scale} times what the result's memory held before. */
    Binary plus(double scale) {
        chain.add(new Then(attributes -> attributes.sum(scale), null));
        return this;
    }

    /** The primitive that stores the result in y, which may be any of the tensors of its size. */
    Primitive into(OneDnnTensor y, String name) {
        Primitive primitive =
                Primitive.of(
                                y.engine(),
                                name,
                                attributes -> {
                                    chain.forEach(then -> then.appender.append(attributes));
                                    return attributes;
                                },
                                (description, attributes) ->
                                        dnnl_binary_primitive_desc_create(
                                                description,
                                                y.engine().handle(),
                                                algorithm,
                                                a.layout().descriptor(),
                                                b.layout().descriptor(),
                                                y.layout().descriptor(),
                                                attributes))
                        .with(DNNL_ARG_SRC_0, a)
                        .with(DNNL_ARG_SRC_1, b)
                        .with(DNNL_ARG_DST, y);
        for (int i = 0; i < chain.size(); i++) {
            OneDnnTensor operand = chain.get(i).operand;
            if (operand != null) {
                int postOp = DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (i + 1);
                primitive.with(postOp | DNNL_ARG_SRC_1, operand);
            }
        }
        return primitive;
    }
}
