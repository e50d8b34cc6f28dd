package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_pooling_forward_primitive_desc_create;

import io.retrograd.backend.PoolingSpec;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/**
 * The maximum or the mean of a window that slides over each channel, in x's layout.
 *
 * <p>The first of equal maxima gets the gradient.
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

    /**
     * Pooling.
     *
     * @param algorithm oneDNN's number of maximum or mean
     */
    OneDnnPooling(int algorithm, PoolingSpec spec, OneDnnTensor x, OneDnnTensor y) {
        super(x.engine(), "pooling " + algorithm + spec + x.shape());
        this.algorithm = algorithm;
        this.x = x;
        this.y = y;
        kernel = OneDnnConvolution.longs(spec.kernel(), 0);
        stride = OneDnnConvolution.longs(spec.stride(), 0);
        dilation = OneDnnConvolution.longs(spec.dilation(), -1);
        left = OneDnnConvolution.longs(spec.padding(), 0);
        right = left.clone();
        for (int i = 0; i < kernel.length; i++) {
            long extent = (dilation[i] + 1) * (kernel[i] - 1) + 1;
            long reach = (y.dims()[i + 2] - 1) * stride[i] + extent;
            right[i] = Math.max(left[i], reach - x.dims()[i + 2] - left[i]);
        }
    }

    @Override
    void prepare(Planner planner) {
        Primitive forward = forwardPrimitive();
        y.layout(forward.layout(DNNL_ARG_DST));
        forward.with(DNNL_ARG_SRC, x).with(DNNL_ARG_DST, y);
        Layout winners = forward.layoutOrNull(DNNL_ARG_WORKSPACE);
        OneDnnTensor workspace = winners == null ? null : save(y.name() + ".top", winners);
        if (workspace != null) {
            forward.with(DNNL_ARG_WORKSPACE, workspace);
        }
        forwardPass().add(forward);
        OneDnnTensor dx = x.gradient();
        if (dx == null) {
            return;
        }
        Primitive backward = backwardPrimitive(forward);
        backward.with(DNNL_ARG_DIFF_DST, y.requireGradient()).with(DNNL_ARG_DIFF_SRC, dx);
        if (workspace != null) {
            backward.with(DNNL_ARG_WORKSPACE, workspace);
        }
        backwardPass().add(backward);
    }

    private Primitive forwardPrimitive() {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        try (Attributes attributes = new Attributes(engine())) {
            Dnnl.check(
                    dnnl_pooling_forward_primitive_desc_create(
                            description,
                            engine().handle(),
                            dnnl_forward_training,
                            algorithm,
                            x.layout().descriptor(),
                            engine().any(y.type(), y.dims()),
                            stride,
                            kernel,
                            dilation,
                            left,
                            right,
                            attributes.handle()),
                    "pooling");
        }
        return new Primitive(engine(), "pooling forward", description);
    }

    private Primitive backwardPrimitive(Primitive forward) {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        try (Attributes attributes = new Attributes(engine())) {
            Dnnl.check(
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
                            attributes.handle()),
                    "pooling backward");
        }
        return new Primitive(engine(), "pooling backward", description);
    }
}
