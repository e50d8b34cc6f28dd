package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_deconvolution_backward_data_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_deconvolution_backward_weights_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_deconvolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_deconvolution_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import io.retrograd.operation.TransposedConvolutionSpec;
import io.retrograd.tensor.Shape;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/** Transposed convolution over 1, 2 or 3 spatial dimensions: {@link TransposedConvolutionSpec}. */
class OneDnnTransposedConvolution extends WeightedOp {
    OneDnnTransposedConvolution(
            TransposedConvolutionSpec spec,
            OneDnnTensor x,
            OneDnnTensor w,
            @Nullable OneDnnTensor b,
            OneDnnTensor y) {
        super("transposed convolution " + spec, new Primitives(spec, x, w, b, y), x, w, b, y);
    }

    /** Transposed convolution in a way that oneDNN can compute. */
    static OneDnnOp of(
            TransposedConvolutionSpec spec,
            OneDnnTensor x,
            OneDnnTensor w,
            @Nullable OneDnnTensor b,
            OneDnnTensor y) {
        Shape wide = w.shape();
        for (int i = 0; i < spec.dims(); i++) {
            int beyond = spec.outputPadding().get(i) - spec.padding().get(i);
            if (beyond >= spec.stride().get(i)) {
                wide = wide.with(i + 2, wide.dim(i + 2) + 1);
            }
        }
        return wide.equals(w.shape())
                ? new OneDnnTransposedConvolution(spec, x, w, b, y)
                : new WideTransposedConvolution(spec, x, w, wide, b, y);
    }

    /**
     * Row-major order of a weight (C, K/groups, kernel...) in oneDNN's sizes, (K/groups, C/groups,
     * kernel...) for each group.
     */
    static Layout weight(OneDnnTensor w, int groups) {
        int first = groups == 1 ? 0 : 1;
        Layout grouped = ConvolutionPrimitives.grouped(w, groups);
        return w.engine().layouts().swapped(grouped, first, first + 1);
    }

    @Override
    boolean choosesLayouts() {
        return true;
    }

    private static final class Primitives extends ConvolutionPrimitives {
        private final long[] left;
        private final long[] right;

        Primitives(
                TransposedConvolutionSpec spec,
                OneDnnTensor x,
                OneDnnTensor w,
                @Nullable OneDnnTensor b,
                OneDnnTensor y) {
            super(
                    "transposed convolution",
                    /* transposed= */ true,
                    new Windows(
                            y.shape(),
                            x.shape(),
                            w.shape().tail(2).dims(),
                            spec.stride(),
                            spec.padding(),
                            spec.dilation()),
                    spec.groups(),
                    weight(w, spec.groups()),
                    x,
                    w,
                    b,
                    y);
            left = longs(spec.padding(), 0);
            right = new long[left.length];
            for (int i = 0; i < right.length; i++) {
                long extent = (dilation()[i] + 1) * (w.shape().dim(i + 2) - 1L) + 1;
                long reach = (x.shape().dim(i + 2) - 1L) * stride()[i] + extent;
                right[i] = reach - left[i] - y.shape().dim(i + 2);
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
