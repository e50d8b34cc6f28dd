package io.retrograd.backend.cuda;

import static jcuda.jcudnn.JCudnn.cudnnBatchNormalizationBackward;
import static jcuda.jcudnn.JCudnn.cudnnBatchNormalizationForwardTraining;
import static jcuda.jcudnn.cudnnBatchNormMode.CUDNN_BATCHNORM_SPATIAL;

import io.retrograd.operation.BatchNormSpec;
import java.util.List;
import jcuda.jcudnn.cudnnTensorDescriptor;

/**
 * Batch normalisation by the batch's own statistics, by cuDNN.
 *
 * <pre>
 *   x, y (N, C, inner...)    w, b, mean, s (C)        M = N·inner values a channel
 *
 *   x̂ = (x − mean[c])·s[c]        s[c] = 1/√(var[c] + eps)        y = w[c]·x̂ + b[c]
 *
 *   db[c] = Σ dy        dw[c] = Σ dy·x̂        dx = w[c]·s[c]·(dy − (db[c] + x̂·dw[c]) / M)
 *
 *   running mean ← (1 − momentum)·running mean + momentum·mean
 *   running var  ← (1 − momentum)·running var  + momentum·var·M/(M − 1)
 * </pre>
 *
 * <p>A variance that float32 cannot hold makes cuDNN's s zero: y and dx are then NaN, not b and 0.
 */
final class CudaBatchNormTraining extends CudaOp {
    /** Samples that cuDNN takes, as PyTorch's authors found. */
    private static final int MOST_SAMPLES = 880_801;

    private final BatchNormSpec spec;
    private final CudaTensor x;
    private final CudaTensor w;
    private final CudaTensor b;
    private final CudaTensor runningMean;
    private final CudaTensor runningVar;
    private final CudaTensor y;

    CudaBatchNormTraining(
            BatchNormSpec spec,
            CudaTensor x,
            CudaTensor w,
            CudaTensor b,
            CudaTensor runningMean,
            CudaTensor runningVar,
            CudaTensor y) {
        super(x.device());
        if (x.dim(0) > MOST_SAMPLES) {
            throw new IllegalArgumentException(
                    String.format(
                            "BatchNorm: expected at most %,d samples, as many as cuDNN takes, got"
                                    + " %,d; make the batch smaller",
                            MOST_SAMPLES, x.dim(0)));
        }
        this.spec = spec;
        this.x = x;
        this.w = w;
        this.b = b;
        this.runningMean = runningMean;
        this.runningVar = runningVar;
        this.y = y;
    }

    @Override
    void prepare(CudaPlanner planner) {
        int channels = x.dim(1);
        Channels shares = Channels.of(x);
        cudnnTensorDescriptor all =
                descriptors().tensor(List.of(x.dim(0), channels, shares.positions()));
        cudnnTensorDescriptor vector = descriptors().tensor(List.of(1, channels));
        CudaTensor mean = save(y.name() + ".mean", x.dtype(), channels);
        CudaTensor inverseStd = save(y.name() + ".inverse_std", x.dtype(), channels);
        forwardPass()
                .add(
                        "cudnn batch norm",
                        () ->
                                cudnnBatchNormalizationForwardTraining(
                                        device().dnn(),
                                        CUDNN_BATCHNORM_SPATIAL,
                                        device().one(),
                                        device().zero(),
                                        all,
                                        x.pointer(),
                                        all,
                                        y.pointer(),
                                        vector,
                                        w.pointer(),
                                        b.pointer(),
                                        spec.momentum(),
                                        runningMean.pointer(),
                                        runningVar.pointer(),
                                        spec.eps(),
                                        mean.pointer(),
                                        inverseStd.pointer()));
        forwardPass().launch("batch_norm_lost", shares.grid(), shares.struct(), inverseStd, y);
        CudaTensor dy = y.gradient();
        if (dy != null) {
            backward(dy, all, vector, mean, inverseStd);
        }
    }

    /** Its gradient; memory to be forgotten where nobody trains it, as cuDNN gives both. */
    private static CudaTensor gradient(CudaPass pass, CudaTensor parameter) {
        CudaTensor gradient = parameter.gradient();
        return gradient == null
                ? pass.temporary(parameter.name() + ".grad", parameter.dtype(), parameter.size())
                : gradient;
    }

    private void backward(
            CudaTensor dy,
            cudnnTensorDescriptor all,
            cudnnTensorDescriptor vector,
            CudaTensor mean,
            CudaTensor inverseStd) {
        CudaPass pass = backwardPass();
        CudaTensor wanted = x.gradient();
        CudaTensor dx =
                wanted == null ? pass.temporary(x.name() + ".grad", x.dtype(), x.size()) : wanted;
        CudaTensor dw = gradient(pass, w);
        CudaTensor db = gradient(pass, b);
        pass.reads(x, w);
        pass.add(
                "cudnn batch norm backward",
                () ->
                        cudnnBatchNormalizationBackward(
                                device().dnn(),
                                CUDNN_BATCHNORM_SPATIAL,
                                device().one(),
                                device().zero(),
                                device().one(),
                                device().zero(),
                                all,
                                x.pointer(),
                                all,
                                dy.pointer(),
                                all,
                                dx.pointer(),
                                vector,
                                w.pointer(),
                                dw.pointer(),
                                db.pointer(),
                                spec.eps(),
                                mean.pointer(),
                                inverseStd.pointer()));
        Channels shares = Channels.of(x);
        pass.launch("batch_norm_lost", shares.grid(), shares.struct(), inverseStd, dx);
    }
}
