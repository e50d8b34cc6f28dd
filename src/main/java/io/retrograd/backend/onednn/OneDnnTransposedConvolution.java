package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_deconvolution_backward_data_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_deconvolution_backward_weights_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_deconvolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_deconvolution_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import io.retrograd.operation.ConvolutionSpec;
import io.retrograd.operation.Products;
import io.retrograd.operation.TransposedConvolutionSpec;
import io.retrograd.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** Transposed convolution over 1, 2 or 3 spatial dimensions: {@link TransposedConvolutionSpec}. */
class OneDnnTransposedConvolution extends WeightedOp {
    OneDnnTransposedConvolution(Products.TransposedConvolution o) {
        super(o, "transposed convolution " + o.spec(), new Primitives(o));
    }

    /** Transposed convolution in a way that oneDNN can compute. */
    static OneDnnOp of(Products.TransposedConvolution o) {
        ConvolutionSpec spec = o.spec().convolution();
        Shape wide = o.w().shape();
        for (int i = 0; i < spec.dims(); i++) {
            int beyond = o.spec().outputPadding().get(i) - spec.padding().get(i);
            if (beyond >= spec.stride().get(i)) {
                wide = wide.with(i + 2, wide.dim(i + 2) + 1);
            }
        }
        return wide.equals(o.w().shape())
                ? new OneDnnTransposedConvolution(o)
                : new WideTransposedConvolution(o, wide);
    }

    /**
     * Row-major order of a weight (C, K/groups, kernel...) in oneDNN's sizes, (K/groups, C/groups,
     * kernel...) for each group.
     */
    static Layout weight(OneDnnTensor w, int groups) {
        int first = groups == 1 ? 0 : 1;
        Layout grouped = ConvolutionPrimitives.grouped(w, groups);
        List<Integer> order = new ArrayList<>(IntStream.range(0, grouped.rank()).boxed().toList());
        Collections.swap(order, first, first + 1);
        return w.engine().layouts().permuted(grouped, order);
    }

    @Override
    boolean choosesLayouts() {
        return true;
    }

    private static final class Primitives extends ConvolutionPrimitives {
        private final long[] left;
        private final long[] right;

        Primitives(Products.TransposedConvolution o) {
            this(o, o.spec().convolution(), o.x().shape(), o.w().shape(), o.y().shape());
        }

        private Primitives(
                Products.TransposedConvolution o, ConvolutionSpec spec, Shape x, Shape w, Shape y) {
            super(
                    o,
                    "transposed convolution",
                    /* transposed= */ true,
                    Windows.of(spec, y, x, w),
                    spec.groups(),
                    weight(own(o.w()), spec.groups()));
            left = longs(spec.padding(), 0);
            right = new long[left.length];
            for (int i = 0; i < right.length; i++) {
                long extent = (dilation()[i] + 1) * (w.dim(i + 2) - 1L) + 1;
                long reach = (x.dim(i + 2) - 1L) * stride()[i] + extent;
                right[i] = reach - left[i] - y.dim(i + 2);
            }
        }

        @Override
        int describeForward(
                dnnl_primitive_desc description, Descriptors with, dnnl_primitive_attr attributes) {
            return dnnl_deconvolution_forward_primitive_desc_create(
                    description,
                    engine().handle(),
                    dnnl_forward_training,
                    dnnl_deconvolution_direct,
                    with.src(),
                    with.weight(),
                    bias(),
                    with.dst(),
                    stride(),
                    dilation(),
                    left,
                    right,
                    attributes);
        }

        @Override
        int describeBackwardData(
                dnnl_primitive_desc description,
                Descriptors with,
                dnnl_primitive_desc hint,
                dnnl_primitive_attr attributes) {
            return dnnl_deconvolution_backward_data_primitive_desc_create(
                    description,
                    engine().handle(),
                    dnnl_deconvolution_direct,
                    with.src(),
                    with.weight(),
                    with.dst(),
                    stride(),
                    dilation(),
                    left,
                    right,
                    hint,
                    attributes);
        }

        @Override
        int describeBackwardWeights(
                dnnl_primitive_desc description,
                Descriptors with,
                dnnl_primitive_desc hint,
                dnnl_primitive_attr attributes) {
            return dnnl_deconvolution_backward_weights_primitive_desc_create(
                    description,
                    engine().handle(),
                    dnnl_deconvolution_direct,
                    with.src(),
                    with.weight(),
                    bias(),
                    with.dst(),
                    stride(),
                    dilation(),
                    left,
                    right,
                    hint,
                    attributes);
        }
    }
}
