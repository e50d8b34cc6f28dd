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
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;
import static org.bytedeco.dnnl.global.dnnl.dnnl_backward;
import static org.bytedeco.dnnl.global.dnnl.dnnl_batch_normalization_backward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_batch_normalization_forward_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_inference;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_fuse_norm_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_global_stats;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scale;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_shift;

import io.retrograd.operation.BatchNormSpec;
import io.retrograd.operation.Normalizations;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation over all dimensions but the channels, and with it perhaps the ReLU that
 * follows.
 *
 * <pre>
 *   x, y (N, C, …)    w, b, mean, var (C)
 *
 *   y = w·(x − mean) / √(var + eps) + b        mean and var of the batch, or the running ones
 * </pre>
 *
 * Training moves the running statistics towards the batch's: {@code r ← (1 − m)·r + m·s}, s the
 * batch's mean, or its variance over one sample less. A channel whose variance overflows becomes
 * NaN, not 0.
 */
final class OneDnnBatchNorm extends OneDnnOp {
    private final BatchNormSpec spec;
    private final boolean training;
    private final OneDnnTensor x;
    private final OneDnnTensor w;
    private final OneDnnTensor b;
    private final OneDnnTensor runningMean;
    private final OneDnnTensor runningVar;
    private final OneDnnTensor y;
    private @Nullable OneDnnTensor relu;

    OneDnnBatchNorm(Normalizations.BatchNorm o) {
        super(o, "batchNorm " + o.training() + o.x().shape());
        spec = o.spec();
        training = o.training();
        x = own(o.x());
        w = own(o.w());
        b = own(o.b());
        runningMean = own(o.mean());
        runningVar = own(o.var());
        y = own(o.y());
    }

    @Override
    boolean takeRelu(OneDnnTensor output) {
        relu = output;
        return true;
    }

    @Override
    void prepare(Planner planner) {
        boolean differentiated = planner.gradients() && y.gradient() != null;
        boolean trains = training || differentiated;
        Primitive forward = Primitive.onChannels(x, data -> forwardPrimitive(data, trains));
        Layout data = forward.layout(DNNL_ARG_SRC);
        Layout layout = data.equals(x.layout()) ? data : x.plain();
        OneDnnTensor output = relu == null ? y : relu;
        y.layout(layout);
        output.layout(layout);
        OneDnnTensor mean = training ? save(y.name() + ".mean", w.plain()) : runningMean;
        OneDnnTensor var = training ? save(y.name() + ".var", w.plain()) : runningVar;
        Layout mask = forward.layoutOrNull(DNNL_ARG_WORKSPACE);
        OneDnnTensor workspace = mask == null ? null : save(y.name() + ".mask", mask);
        forward.with(DNNL_ARG_SRC, forwardPass().in(x, layout))
                .with(DNNL_ARG_SCALE, w)
                .with(DNNL_ARG_SHIFT, b)
                .with(DNNL_ARG_MEAN, mean)
                .with(DNNL_ARG_VARIANCE, var)
                .with(DNNL_ARG_DST, output);
        if (workspace != null) {
            forward.with(DNNL_ARG_WORKSPACE, workspace);
        }
        forwardPass().add(forward);
        planner.overwrite(output, x);
        if (training) {
            forwardPass().add("running statistics", () -> move(mean, var, output));
        } else {
            forwardPass().add("overflow", () -> Overflow.spoilChannels(var, output));
        }
        if (differentiated) {
            Primitive backward = backwardPrimitive(forward, data);
            if (workspace != null) {
                backward.with(DNNL_ARG_WORKSPACE, workspace);
            }
            listBackward(planner, backward, mean, var, output);
        }
    }

    private void listBackward(
            Planner planner,
            Primitive backward,
            OneDnnTensor mean,
            OneDnnTensor var,
            OneDnnTensor output) {
        Pass pass = backwardPass();
        OneDnnTensor dy = output.requireGradient();
        OneDnnTensor to = pass.gradientOut(x, y.layout());
        pass.add(
                backward.with(DNNL_ARG_SRC, pass.in(x, y.layout()))
                        .with(DNNL_ARG_SCALE, w)
                        .with(DNNL_ARG_MEAN, mean)
                        .with(DNNL_ARG_VARIANCE, var)
                        .with(DNNL_ARG_DIFF_DST, dy)
                        .with(DNNL_ARG_DIFF_SRC, to)
                        .with(DNNL_ARG_DIFF_SCALE, pass.gradientOut(w, w.plain()))
                        .with(DNNL_ARG_DIFF_SHIFT, pass.gradientOut(b, b.plain())));
        pass.reads(w, mean, var);
        pass.store(to, x.gradient());
        planner.overwrite(x.gradient(), dy);
    }

    private int flags() {
        return dnnl_use_scale
                | dnnl_use_shift
                | (training ? 0 : dnnl_use_global_stats)
                | (relu == null ? 0 : dnnl_fuse_norm_relu);
    }

    private @Nullable Primitive forwardPrimitive(Layout data, boolean trains) {
        return Primitive.orNull(
                engine(),
                "batch norm forward",
                (description, attributes) ->
                        dnnl_batch_normalization_forward_primitive_desc_create(
                                description,
                                engine().handle(),
                                trains ? dnnl_forward_training : dnnl_forward_inference,
                                data.descriptor(),
                                data.descriptor(),
                                Dnnl.float32(spec.eps()),
                                flags(),
                                attributes));
    }

    private Primitive backwardPrimitive(Primitive forward, Layout data) {
        return Primitive.of(
                engine(),
                "batch norm backward",
                (description, attributes) ->
                        dnnl_batch_normalization_backward_primitive_desc_create(
                                description,
                                engine().handle(),
                                dnnl_backward,
                                data.descriptor(),
                                data.descriptor(),
                                data.descriptor(),
                                Dnnl.float32(spec.eps()),
                                flags(),
                                forward.description(),
                                attributes));
    }

    private void move(OneDnnTensor mean, OneDnnTensor var, OneDnnTensor output) {
        double count = (double) x.size() / w.size();
        move(runningMean.buffer(), mean.buffer(), 1);
        move(runningVar.buffer(), var.buffer(), count / (count - 1));
        Overflow.spoilChannels(var, output);
        Overflow.spoil(var);
    }

    private void move(ByteBuffer running, ByteBuffer batch, double scale) {
        double momentum = spec.momentum();
        for (int i = 0; i < running.capacity(); i += Float.BYTES) {
            double value = momentum * scale * batch.getFloat(i);
            running.putFloat(i, (float) ((1 - momentum) * running.getFloat(i) + value));
        }
    }
}
