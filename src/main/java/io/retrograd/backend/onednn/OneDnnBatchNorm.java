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
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_forward_training;
import static org.bytedeco.dnnl.global.dnnl.dnnl_fuse_norm_relu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_global_stats;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_scale;
import static org.bytedeco.dnnl.global.dnnl.dnnl_use_shift;

import io.retrograd.backend.BatchNormSpec;
import java.nio.ByteBuffer;
import org.bytedeco.dnnl.dnnl_primitive_desc;
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
 * batch's mean, or its variance over one sample less.
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

    OneDnnBatchNorm(
            BatchNormSpec spec,
            boolean training,
            OneDnnTensor x,
            OneDnnTensor w,
            OneDnnTensor b,
            OneDnnTensor runningMean,
            OneDnnTensor runningVar,
            OneDnnTensor y) {
        super(x.engine(), "batchNorm " + training + x.shape());
        this.spec = spec;
        this.training = training;
        this.x = x;
        this.w = w;
        this.b = b;
        this.runningMean = runningMean;
        this.runningVar = runningVar;
        this.y = y;
    }

    @Override
    boolean takeRelu(OneDnnTensor output) {
        relu = output;
        return true;
    }

    @Override
    void prepare(Planner planner) {
        OneDnnTensor output = relu == null ? y : relu;
        y.layout(x.layout());
        output.layout(x.layout());
        Layout channels = engine().plain(dnnl_f32, w.dims());
        OneDnnTensor mean = training ? save(y.name() + ".mean", channels) : runningMean;
        OneDnnTensor var = training ? save(y.name() + ".var", channels) : runningVar;
        Primitive forward = forwardPrimitive();
        Layout mask = forward.layoutOrNull(DNNL_ARG_WORKSPACE);
        OneDnnTensor workspace = mask == null ? null : save(y.name() + ".mask", mask);
        forward.with(DNNL_ARG_SRC, x)
                .with(DNNL_ARG_SCALE, w)
                .with(DNNL_ARG_SHIFT, b)
                .with(DNNL_ARG_MEAN, mean)
                .with(DNNL_ARG_VARIANCE, var)
                .with(DNNL_ARG_DST, output);
        if (workspace != null) {
            forward.with(DNNL_ARG_WORKSPACE, workspace);
        }
        forwardPass().add(forward);
        if (training) {
            forwardPass().add("running statistics", () -> move(mean, var));
        }
        if (planner.gradients()) {
            listBackward(forward, mean, var, workspace, output);
        }
    }

    private void listBackward(
            Primitive forward,
            OneDnnTensor mean,
            OneDnnTensor var,
            @Nullable OneDnnTensor workspace,
            OneDnnTensor output) {
        Primitive backward = backwardPrimitive(forward);
        OneDnnTensor dx = x.gradient();
        Layout data = backward.layout(DNNL_ARG_DIFF_SRC);
        backward.with(DNNL_ARG_SRC, x)
                .with(DNNL_ARG_SCALE, w)
                .with(DNNL_ARG_MEAN, mean)
                .with(DNNL_ARG_VARIANCE, var)
                .with(DNNL_ARG_DIFF_DST, output.requireGradient())
                .with(DNNL_ARG_DIFF_SRC, dx == null ? backwardPass().temporary(x, data) : dx)
                .with(DNNL_ARG_DIFF_SCALE, w.requireGradient())
                .with(DNNL_ARG_DIFF_SHIFT, b.requireGradient());
        if (workspace != null) {
            backward.with(DNNL_ARG_WORKSPACE, workspace);
        }
        backwardPass().add(backward);
        backwardPass().reads(x, w, mean, var);
    }

    private int flags() {
        return dnnl_use_scale
                | dnnl_use_shift
                | (training ? 0 : dnnl_use_global_stats)
                | (relu == null ? 0 : dnnl_fuse_norm_relu);
    }

    private Primitive forwardPrimitive() {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        try (Attributes attributes = new Attributes(engine())) {
            Dnnl.check(
                    dnnl_batch_normalization_forward_primitive_desc_create(
                            description,
                            engine().handle(),
                            dnnl_forward_training,
                            x.layout().descriptor(),
                            x.layout().descriptor(),
                            (float) spec.eps(),
                            flags(),
                            attributes.handle()),
                    "batch normalization");
        }
        return new Primitive(engine(), "batch norm forward", description);
    }

    private Primitive backwardPrimitive(Primitive forward) {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        try (Attributes attributes = new Attributes(engine())) {
            Dnnl.check(
                    dnnl_batch_normalization_backward_primitive_desc_create(
                            description,
                            engine().handle(),
                            dnnl_backward,
                            x.layout().descriptor(),
                            x.layout().descriptor(),
                            x.layout().descriptor(),
                            (float) spec.eps(),
                            flags(),
                            forward.description(),
                            attributes.handle()),
                    "batch normalization backward");
        }
        return new Primitive(engine(), "batch norm backward", description);
    }

    private void move(OneDnnTensor mean, OneDnnTensor var) {
        double count = (double) x.size() / w.size();
        move(runningMean.buffer(), mean.buffer(), 1);
        move(runningVar.buffer(), var.buffer(), count / (count - 1));
    }

    private void move(ByteBuffer running, ByteBuffer batch, double scale) {
        double momentum = spec.momentum();
        for (int i = 0; i < running.capacity(); i += Float.BYTES) {
            double value = momentum * scale * batch.getFloat(i);
            running.putFloat(i, (float) ((1 - momentum) * running.getFloat(i) + value));
        }
    }
}
