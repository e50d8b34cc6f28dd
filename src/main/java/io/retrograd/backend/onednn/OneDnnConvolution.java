package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_data_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_backward_weights_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_direct;
import static org.bytedeco.dnnl.global.dnnl.dnnl_convolution_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;

import io.retrograd.backend.ConvolutionSpec;
import java.util.List;
import org.bytedeco.dnnl.dnnl_memory_desc;
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

    private static final class Primitives extends WeightedPrimitives {
        private final OneDnnTensor x;
        private final OneDnnTensor y;
        private final @Nullable OneDnnTensor b;
        private final long[] weight;
        private final long[] stride;
        private final long[] padding;
        private final long[] dilation;

        Primitives(
                ConvolutionSpec spec,
                OneDnnTensor x,
                OneDnnTensor w,
                @Nullable OneDnnTensor b,
                OneDnnTensor y) {
            super("convolution", w);
            this.x = x;
            this.y = y;
            this.b = b;
            stride = longs(spec.stride(), 0);
            padding = longs(spec.padding(), 0);
            dilation = longs(spec.dilation(), -1);
            weight = grouped(w.dims(), spec.groups());
        }

        @Override
        Layout outputLayout(Planner.Style style) {
            if (style == Planner.Style.BLOCKED) {
                Primitive free = forward(WeightedOp.Way.ANY, /* relu= */ false);
                if (free != null) {
                    Layout layout = free.layout(DNNL_ARG_DST);
                    free.release();
                    return layout;
                }
            }
            return engine().channelsLast(y.type(), y.dims());
        }

        @Override
        Layout plainWeight() {
            return engine().plain(dnnl_f32, weight);
        }

        @Override
        dnnl_memory_desc src(WeightedOp.Way way) {
            return activation(way, x);
        }

        @Override
        dnnl_memory_desc dst(WeightedOp.Way way) {
            return activation(way, y);
        }

        private dnnl_memory_desc activation(WeightedOp.Way way, OneDnnTensor tensor) {
            return switch (way) {
                case STORED, ANY_WEIGHT -> tensor.layout().descriptor();
                case ANY -> engine().any(tensor.type(), tensor.dims());
                case CHANNELS_LAST ->
                        engine().channelsLast(tensor.type(), tensor.dims()).descriptor();
            };
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
                    stride,
                    dilation,
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
                    stride,
                    dilation,
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
                    stride,
                    dilation,
                    padding,
                    padding,
                    hint,
                    attributes);
        }

        private @Nullable dnnl_memory_desc bias() {
            return b == null ? null : engine().plain(dnnl_f32, b.dims()).descriptor();
        }
    }

    /** Sizes (K, C/groups, kernel...) with the groups as a dimension of their own. */
    static long[] grouped(long[] dims, int groups) {
        if (groups == 1) {
            return dims;
        }
        long[] grouped = new long[dims.length + 1];
        grouped[0] = groups;
        grouped[1] = dims[0] / groups;
        System.arraycopy(dims, 1, grouped, 2, dims.length - 1);
        return grouped;
    }

    /** The values, each with {@code plus} added. */
    static long[] longs(List<Integer> values, int plus) {
        return values.stream().mapToLong(value -> value + plus).toArray();
    }
}
