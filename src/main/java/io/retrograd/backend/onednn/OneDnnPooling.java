package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_avg_exclude_padding;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_avg_include_padding;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_max;

import io.retrograd.operation.KinkLedger;
import io.retrograd.operation.PoolingAxis;
import io.retrograd.operation.PoolingSpec;
import io.retrograd.operation.Poolings;
import io.retrograd.tensor.Shape;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The maximum or the mean of a window that slides over each channel, in x's layout.
 *
 * <p>The first of equal maxima gets the gradient. oneDNN compares with an operation that is false
 * for a NaN, so a NaN never wins here, where elsewhere it beats every number; and a maximum is at
 * least the smallest finite number, also of a window of −∞ and NaN only. Looking for NaN would take
 * another pass over x.
 */
final class OneDnnPooling extends OneDnnOp {
    private final int algorithm;
    private final OneDnnTensor x;
    private final OneDnnTensor y;
    private final long[] kernel;
    private final long[] stride;
    private final long[] dilation;
    private final long[] left;
    private final long[] right;

    /** For each element of y where its maximum was, in oneDNN's own numbers. */
    private @Nullable OneDnnTensor top;

    /**
     * Pooling.
     *
     * @param algorithm oneDNN's number of maximum or mean
     */
    private OneDnnPooling(Poolings o, int algorithm, PoolingSpec spec) {
        super(o, "pooling " + algorithm + spec + o.x().shape());
        this.algorithm = algorithm;
        x = own(o.x());
        y = own(o.y());
        kernel = ConvolutionPrimitives.longs(spec.kernel(), 0);
        stride = ConvolutionPrimitives.longs(spec.stride(), 0);
        dilation = ConvolutionPrimitives.longs(spec.dilation(), -1);
        left = ConvolutionPrimitives.longs(spec.padding(), 0);
        right = left.clone();
        for (int i = 0; i < kernel.length; i++) {
            long extent = (dilation[i] + 1) * (kernel[i] - 1) + 1;
            long reach = (y.dims()[i + 2] - 1) * stride[i] + extent;
            right[i] = Math.max(left[i], reach - x.dims()[i + 2] - left[i]);
        }
    }

    /** The maximum of each window. */
    static OneDnnOp max(Poolings.MaxPooling o) {
        PoolingAxis[] axes = PoolingAxis.all(o.spec(), o.x().shape(), o.y().shape());
        for (PoolingAxis axis : axes) {
            if (IntStream.range(0, axis.out()).anyMatch(i -> axis.count(i) == 0)) {
                return new JavaMaxPooling(o, axes);
            }
        }
        return new OneDnnPooling(o, dnnl_pooling_max, o.spec());
    }

    /** The maximum of windows that divide x among the elements of y. */
    static OneDnnOp adaptiveMax(Poolings.AdaptiveMaxPooling o) {
        PoolingSpec spec = dividing(o.x().shape(), o.y().shape());
        return spec == null
                ? new JavaMaxPooling(o, PoolingAxis.allAdaptive(o.x().shape(), o.y().shape()))
                : new OneDnnPooling(o, dnnl_pooling_max, spec);
    }

    /** The mean of each window; padding counts as zeros or not at all. */
    static OneDnnOp average(Poolings.AveragePooling o) {
        PoolingSpec spec = o.spec();
        if (!o.countIncludePad()) {
            return new OneDnnPooling(o, dnnl_pooling_avg_exclude_padding, spec);
        }
        PoolingAxis[] axes = PoolingAxis.all(spec, o.x().shape(), o.y().shape());
        for (int i = 0; i < spec.dims(); i++) {
            int kernel = spec.kernel().get(i);
            PoolingAxis axis = axes[i + 3 - spec.dims()];
            if (IntStream.range(0, axis.out()).anyMatch(j -> axis.extent(j) != kernel)) {
                return new SampledAveragePooling(o, axes, /* countIncludePad= */ true);
            }
        }
        return new OneDnnPooling(o, dnnl_pooling_avg_include_padding, spec);
    }

    /** The mean of windows that divide x among the elements of y. */
    static OneDnnOp adaptiveAverage(Poolings.AdaptiveAveragePooling o) {
        PoolingSpec spec = dividing(o.x().shape(), o.y().shape());
        return spec == null
                ? new SampledAveragePooling(
                        o,
                        PoolingAxis.allAdaptive(o.x().shape(), o.y().shape()),
                        /* countIncludePad= */ false)
                : new OneDnnPooling(o, dnnl_pooling_avg_exclude_padding, spec);
    }

    /** The windows that divide x evenly among the elements of y; null if they cannot be equal. */
    private static @Nullable PoolingSpec dividing(Shape x, Shape y) {
        List<Integer> kernel = new ArrayList<>();
        for (int i = 2; i < x.rank(); i++) {
            if (x.dim(i) % y.dim(i) != 0) {
                return null;
            }
            kernel.add(x.dim(i) / y.dim(i));
        }
        List<Integer> zeros = Collections.nCopies(kernel.size(), 0);
        List<Integer> ones = Collections.nCopies(kernel.size(), 1);
        return new PoolingSpec(kernel, kernel, zeros, ones, /* ceilMode= */ false);
    }

    @Override
    void prepare(Planner planner) {
        Primitive forward = forwardPrimitive();
        y.layout(forward.layout(DNNL_ARG_DST));
        forward.with(DNNL_ARG_SRC, x).with(DNNL_ARG_DST, y);
        Layout winners = forward.layoutOrNull(DNNL_ARG_WORKSPACE);
        top = winners == null ? null : save(y.name() + ".top", winners);
        if (top != null) {
            forward.with(DNNL_ARG_WORKSPACE, top);
        }
        forwardPass().add(forward);
        OneDnnTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        Primitive backward = backwardPrimitive(forward);
        backward.with(DNNL_ARG_DIFF_DST, y.requireGradient()).with(DNNL_ARG_DIFF_SRC, dx);
        if (top != null) {
            backward.with(DNNL_ARG_WORKSPACE, top);
        }
        backwardPass().add(backward);
    }

    private Primitive forwardPrimitive() {
        return Primitive.of(
                engine(),
                "pooling forward",
                (description, attributes) ->
                        dnnl_pooling_forward_primitive_desc_create(
                                description,
                                engine().handle(),
                                x.gradient() == null
                                        ? dnnl_forward_inference
                                        : dnnl_forward_training,
                                algorithm,
                                x.layout().descriptor(),
                                engine().layouts().any(y.type(), y.dims()),
                                stride,
                                kernel,
                                dilation,
                                left,
                                right,
                                attributes));
    }

    private Primitive backwardPrimitive(Primitive forward) {
        return Primitive.of(
                engine(),
                "pooling backward",
                (description, attributes) ->
                        dnnl_pooling_backward_primitive_desc_create(
                                description,
                                engine().handle(),
                                algorithm,
                                x.layout().descriptor(),
                                y.layout().descriptor(),
                                stride,
                                kernel,
                                dilation,
                                left,
                                right,
                                forward.description(),
                                attributes));
    }

    @Override
    public void kinks(KinkLedger ledger) {
        if (top == null) {
            return;
        }
        ByteBuffer bytes = top.buffer();
        for (int i = 0; i < bytes.capacity(); i++) {
            ledger.add(bytes.get(i));
        }
    }
}
