package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_data_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_weights_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import io.retrograd.operation.ConvolutionSpec;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/** Convolution over 1, 2 or 3 spatial dimensions: {@link ConvolutionSpec}. */
final class OneDnnConvolution extends WeightedOp {
    OneDnnConvolution(
            ConvolutionSpec spec,
            OneDnnTensor x,
            OneDnnTensor w,
            @Nullable OneDnnTensor b,
            OneDnnTensor y) {
        super("convolution " + spec, new Primitives(spec, x, w, b, y), x, w, b, y);
    }

    @Override
    boolean choosesLayouts() {
        return true;
    }

    private static final class Primitives extends ConvolutionPrimitives {
        private final long[] padding;
        private final @Nullable Winograd winograd;

        Primitives(
                ConvolutionSpec spec,
                OneDnnTensor x,
                OneDnnTensor w,
                @Nullable OneDnnTensor b,
                OneDnnTensor y) {
            super(
                    "convolution",
                    /* transposed= */ false,
                    new Windows(
                            x.shape(),
                            y.shape(),
                            w.shape().tail(2).dims(),
                            spec.stride(),
                            spec.padding(),
                            spec.dilation()),
                    spec.groups(),
                    grouped(w, spec.groups()),
                    x,
                    w,
                    b,
                    y);
            padding = longs(spec.padding(), 0);
            winograd = Winograd.of(spec, x, w, y);
        }

        @Override
        @Nullable Winograd winograd() {
            return winograd;
        }

        @Override
        int describeForward(
                dnnl_primitive_desc description, Descriptors with, dnnl_primitive_attr attributes) {
            return dnnl_convolution_forward_primitive_desc_create(
                    description,
                    engine().handle(),
                    dnnl_forward_training,
                    dnnl_convolution_direct,
                    with.src(),
                    with.weight(),
                    bias(),
                    with.dst(),
                    stride(),
                    dilation(),
                    padding,
                    padding,
                    attributes);
        }

        @Override
        int describeBackwardData(
                dnnl_primitive_desc description,
                Descriptors with,
                dnnl_primitive_desc hint,
                dnnl_primitive_attr attributes) {
            return dnnl_convolution_backward_data_primitive_desc_create(
                    description,
                    engine().handle(),
                    dnnl_convolution_direct,
                    with.src(),
                    with.weight(),
                    with.dst(),
                    stride(),
                    dilation(),
                    padding,
                    padding,
                    hint,
                    attributes);
        }

        @Override
        int describeBackwardWeights(
                dnnl_primitive_desc description,
                Descriptors with,
                dnnl_primitive_desc hint,
                dnnl_primitive_attr attributes) {
            return dnnl_convolution_backward_weights_primitive_desc_create(
                    description,
                    engine().handle(),
                    dnnl_convolution_direct,
                    with.src(),
                    with.weight(),
                    bias(),
                    with.dst(),
                    stride(),
                    dilation(),
                    padding,
                    padding,
                    hint,
                    attributes);
        }
    }
}
