package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_data_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_weights_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import io.retrograd.operation.ConvolutionSpec;
import io.retrograd.operation.Products;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.jspecify.annotations.Nullable;

/** Convolution over 1, 2 or 3 spatial dimensions: {@link ConvolutionSpec}. */
final class OneDnnConvolution extends WeightedOp {
    OneDnnConvolution(Products.Convolution o) {
        super(o, "convolution " + o.spec(), new Primitives(o));
    }

    @Override
    boolean choosesLayouts() {
        return true;
    }

    private static final class Primitives extends ConvolutionPrimitives {
        private final long[] padding;
        private final @Nullable Winograd winograd;

        Primitives(Products.Convolution o) {
            super(
                    o,
                    "convolution",
                    /* transposed= */ false,
                    Windows.of(o.spec(), o.x().shape(), o.y().shape(), o.w().shape()),
                    o.spec().groups(),
                    grouped(own(o.w()), o.spec().groups()));
            padding = longs(o.spec().padding(), 0);
            winograd = Winograd.of(o.spec(), own(o.x()), own(o.w()), own(o.y()));
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
