package io.retrograd.backend.onednn;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCALE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SHIFT;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_layer_normalization_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_layer_normalization_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scale;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_shift;

import io.retrograd.operation.Normalizations;

/**
 * Layer normalisation over the trailing dimensions, on row-major memory.
 *
 * <pre>
 *   x, y (rows, size)    w, b (size)    mean, var (rows)
 *
 *   y = w·(x − mean) / √(var + eps) + b        mean and var of each row
 * </pre>
 *
 * A row whose variance overflows becomes NaN, not 0.
 */
final class OneDnnLayerNorm extends OneDnnOp {
    private static final int FLAGS = dnnl_use_scale | dnnl_use_shift;

    private final double eps;
    private final OneDnnTensor x;
    private final OneDnnTensor w;
    private final OneDnnTensor b;
    private final OneDnnTensor y;
    private final Layout data;
    private final Layout stats;

    OneDnnLayerNorm(Normalizations.LayerNorm o) {
        super(o, "layerNorm " + o.x().shape() + o.w().shape());
        eps = o.eps();
        x = own(o.x());
        w = own(o.w());
        b = own(o.b());
        y = own(o.y());
        long rows = x.size() / w.size();
        data = engine().layouts().plain(x.type(), rows, w.size());
        stats = engine().layouts().plain(dnnl_f32, rows);
    }

    @Override
    void prepare(Planner planner) {
        y.layout(y.plain());
        OneDnnTensor mean = save(y.name() + ".mean", stats);
        OneDnnTensor var = save(y.name() + ".var", stats);
        Primitive forward = forwardPrimitive();
        forward.with(DNNL_ARG_SRC, forwardPass().in(x, data))
                .with(DNNL_ARG_SCALE, w)
                .with(DNNL_ARG_SHIFT, b)
                .with(DNNL_ARG_MEAN, mean)
                .with(DNNL_ARG_VARIANCE, var)
                .with(DNNL_ARG_DST, y);
        forwardPass().add(forward);
        forwardPass().add("overflow", () -> Overflow.spoilRows(var, y));
        planner.overwrite(y, x);
        if (planner.gradients() && y.gradient() != null) {
            listBackward(planner, forward, mean, var);
        }
    }

    private void listBackward(
            Planner planner, Primitive forward, OneDnnTensor mean, OneDnnTensor var) {
        Pass pass = backwardPass();
        OneDnnTensor dy = y.requireGradient();
        OneDnnTensor to = pass.gradientOut(x, data);
        pass.add(
                backwardPrimitive(forward)
                        .with(DNNL_ARG_SRC, pass.in(x, data))
                        .with(DNNL_ARG_SCALE, w)
                        .with(DNNL_ARG_MEAN, mean)
                        .with(DNNL_ARG_VARIANCE, var)
                        .with(DNNL_ARG_DIFF_DST, dy)
                        .with(DNNL_ARG_DIFF_SRC, to)
                        .with(DNNL_ARG_DIFF_SCALE, w.requireGradient())
                        .with(DNNL_ARG_DIFF_SHIFT, b.requireGradient()));
        pass.reads(w);
        pass.store(to, x.gradient());
        planner.overwrite(x.gradient(), dy);
    }

    private Primitive forwardPrimitive() {
        return Primitive.of(
                engine(),
                "layer norm forward",
                (description, attributes) ->
                        dnnl_layer_normalization_forward_primitive_desc_create(
                                description,
                                engine().handle(),
                                dnnl_forward_training,
                                data.descriptor(),
                                data.descriptor(),
                                stats.descriptor(),
                                Dnnl.float32(eps),
                                FLAGS,
                                attributes));
    }

    private Primitive backwardPrimitive(Primitive forward) {
        return Primitive.of(
                engine(),
                "layer norm backward",
                (description, attributes) ->
                        dnnl_layer_normalization_backward_primitive_desc_create(
                                description,
                                engine().handle(),
                                dnnl_backward,
                                data.descriptor(),
                                data.descriptor(),
                                data.descriptor(),
                                stats.descriptor(),
                                Dnnl.float32(eps),
                                FLAGS,
                                forward.description(),
                                attributes));
    }
}
