package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WEIGHTS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_prelu_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_prelu_forward_primitive_desc_create;

import io.retrograd.operation.Elementwise;
import io.retrograd.operation.KinkLedger;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@link Elementwise.Prelu}. With one slope for all, x is taken to be one channel, in whatever
 * order it lies in memory: the zeros that pad some layouts add nothing.
 */
final class OneDnnPrelu extends OneDnnOp {
    private final OneDnnTensor x;
    private final OneDnnTensor w;
    private final OneDnnTensor y;

    OneDnnPrelu(Elementwise.Prelu o) {
        super(o, "prelu " + o.x().shape() + o.w().shape());
        x = own(o.x());
        w = own(o.w());
        y = own(o.y());
    }

    /**
     * Nothing in place: oneDNN 3.11 computes some elements of a row twice, the second time from
     * what it wrote.
     */
    @Override
    void prepare(Planner planner) {
        Primitive forward = forwardPrimitive();
        Layout data = forward.layout(DNNL_ARG_SRC);
        boolean asStored = w.size() == 1 || data.equals(x.layout());
        Layout layout = asStored ? x.layout() : x.plain();
        y.layout(layout);
        forwardPass()
                .add(
                        forward.with(DNNL_ARG_SRC, forwardPass().in(x, layout))
                                .with(DNNL_ARG_WEIGHTS, w)
                                .with(DNNL_ARG_DST, y));
        if (planner.gradients() && y.gradient() != null) {
            listBackward(backwardPrimitive(forward, data));
        }
    }

    private void listBackward(Primitive backward) {
        Pass pass = backwardPass();
        OneDnnTensor to = pass.gradientOut(x, y.layout());
        pass.add(
                backward.with(DNNL_ARG_SRC, pass.in(x, y.layout()))
                        .with(DNNL_ARG_WEIGHTS, w)
                        .with(DNNL_ARG_DIFF_DST, y.requireGradient())
                        .with(DNNL_ARG_DIFF_SRC, to)
                        .with(DNNL_ARG_DIFF_WEIGHTS, w.requireGradient()));
        pass.reads(w);
        pass.store(to, x.gradient());
    }

    private Primitive forwardPrimitive() {
        if (w.size() > 1) {
            return Primitive.onChannels(x, this::forwardPrimitive);
        }
        long count = x.layout().bytes() / x.layout().elementBytes();
        Primitive primitive = forwardPrimitive(engine().layouts().plain(x.type(), 1, 1, count));
        if (primitive == null) {
            throw new IllegalStateException("oneDNN lacks prelu for " + x);
        }
        return primitive;
    }

    private @Nullable Primitive forwardPrimitive(Layout data) {
        return Primitive.orNull(
                engine(),
                "prelu forward",
                (description, attributes) ->
                        dnnl_prelu_forward_primitive_desc_create(
                                description,
                                engine().handle(),
                                dnnl_forward_training,
                                data.descriptor(),
                                slopes(data).descriptor(),
                                data.descriptor(),
                                attributes));
    }

    private Primitive backwardPrimitive(Primitive forward, Layout data) {
        return Primitive.of(
                engine(),
                "prelu backward",
                (description, attributes) ->
                        dnnl_prelu_backward_primitive_desc_create(
                                description,
                                engine().handle(),
                                data.descriptor(),
                                slopes(data).descriptor(),
                                data.descriptor(),
                                slopes(data).descriptor(),
                                data.descriptor(),
                                forward.description(),
                                attributes));
    }

    /** w as oneDNN takes it: with x's number of dimensions, all 1 but the channels. */
    private Layout slopes(Layout data) {
        long[] dims = data.dims();
        Arrays.fill(dims, 1);
        dims[1] = w.size();
        return engine().layouts().plain(dnnl_f32, dims);
    }

    @Override
    public void kinks(KinkLedger ledger) {
        for (double value : x.toArray()) {
            ledger.add(value > 0 ? 1 : 0);
        }
    }
}
