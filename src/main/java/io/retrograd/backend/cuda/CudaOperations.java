package io.retrograd.backend.cuda;

import static io.retrograd.backend.cuda.CudaOp.own;
import static io.retrograd.backend.cuda.CudaOp.ownOrNull;

import io.retrograd.backend.ActivationSpec;
import io.retrograd.backend.AdagradSpec;
import io.retrograd.backend.AdamSpec;
import io.retrograd.backend.BatchNormSpec;
import io.retrograd.backend.BindOptions;
import io.retrograd.backend.Binding;
import io.retrograd.backend.ConvolutionSpec;
import io.retrograd.backend.CrossEntropySpec;
import io.retrograd.backend.CustomFunction;
import io.retrograd.backend.EmbeddingSpec;
import io.retrograd.backend.LocalResponseNormSpec;
import io.retrograd.backend.Op;
import io.retrograd.backend.Operations;
import io.retrograd.backend.Parameters;
import io.retrograd.backend.PointwiseLossSpec;
import io.retrograd.backend.PoolingSpec;
import io.retrograd.backend.Preparation;
import io.retrograd.backend.RecurrentSpec;
import io.retrograd.backend.RmsPropSpec;
import io.retrograd.backend.SgdSpec;
import io.retrograd.backend.TimeReduction;
import io.retrograd.backend.TransposedConvolutionSpec;
import io.retrograd.backend.Update;
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the operations, each from the class that is named after it. */
final class CudaOperations implements Operations {
    private final CudaDevice device;

    CudaOperations(CudaDevice device) {
        this.device = device;
    }

    @Override
    public boolean measures() {
        return device.measures();
    }

    @Override
    public Preparation prepare(List<Binding.Node> nodes, BindOptions options, Set<Tensor> kept) {
        return new CudaPlanner(device, options).prepare(nodes);
    }

    @Override
    public Op convolution(ConvolutionSpec spec, Tensor x, Tensor w, @Nullable Tensor b, Tensor y) {
        return new CudaConvolution(spec, own(x), own(w), ownOrNull(b), own(y));
    }

    @Override
    public Op transposedConvolution(
            TransposedConvolutionSpec spec, Tensor x, Tensor w, @Nullable Tensor b, Tensor y) {
        return new CudaTransposedConvolution(spec, own(x), own(w), ownOrNull(b), own(y));
    }

    @Override
    public Op linear(Tensor x, Tensor w, @Nullable Tensor b, Tensor y) {
        return new CudaLinear(own(x), own(w), ownOrNull(b), own(y));
    }

    @Override
    public Op maxPooling(PoolingSpec spec, Tensor x, Tensor y) {
        return new CudaMaxPooling(spec, own(x), own(y));
    }

    @Override
    public Op averagePooling(PoolingSpec spec, boolean countIncludePad, Tensor x, Tensor y) {
        return CudaAveragePooling.sliding(spec, countIncludePad, own(x), own(y));
    }

    @Override
    public Op adaptiveAveragePooling(Tensor x, Tensor y) {
        return CudaAveragePooling.adaptive(own(x), own(y));
    }

    @Override
    public Op batchNormTraining(
            BatchNormSpec spec,
            Tensor x,
            Tensor w,
            Tensor b,
            Tensor runningMean,
            Tensor runningVar,
            Tensor y) {
        return new CudaBatchNormTraining(
                spec, own(x), own(w), own(b), own(runningMean), own(runningVar), own(y));
    }

    @Override
    public Op batchNormInference(
            BatchNormSpec spec,
            Tensor x,
            Tensor w,
            Tensor b,
            Tensor runningMean,
            Tensor runningVar,
            Tensor y) {
        return new CudaBatchNormInference(
                spec, own(x), own(w), own(b), own(runningMean), own(runningVar), own(y));
    }

    @Override
    public Op layerNorm(double eps, Tensor x, Tensor w, Tensor b, Tensor y) {
        return CudaRowNorm.layer(eps, own(x), own(w), own(b), own(y));
    }

    @Override
    public Op groupNorm(int groups, double eps, Tensor x, Tensor w, Tensor b, Tensor y) {
        return CudaRowNorm.group(groups, eps, own(x), own(w), own(b), own(y));
    }

    @Override
    public Op localResponseNorm(LocalResponseNormSpec spec, Tensor x, Tensor y) {
        return new CudaLocalResponseNorm(spec, own(x), own(y));
    }

    @Override
    public Op activation(ActivationSpec spec, Tensor x, Tensor y) {
        return new CudaActivation(spec, own(x), own(y));
    }

    @Override
    public Op prelu(Tensor x, Tensor w, Tensor y) {
        return new CudaPrelu(own(x), own(w), own(y));
    }

    @Override
    public Op softmax(int dim, Tensor x, Tensor y) {
        return new CudaSoftmax(/* log= */ false, dim, own(x), own(y));
    }

    @Override
    public Op logSoftmax(int dim, Tensor x, Tensor y) {
        return new CudaSoftmax(/* log= */ true, dim, own(x), own(y));
    }

    @Override
    public Op dropout(double p, long stream, Parameters parameters, Tensor x, Tensor y) {
        return new CudaDropout(p, stream, parameters, own(x), own(y));
    }

    @Override
    public Op reshape(Tensor x, Tensor y) {
        return new CudaReshape(own(x), own(y));
    }

    @Override
    public Op transpose(int dim0, int dim1, Tensor x, Tensor y) {
        return new CudaTranspose(dim0, dim1, own(x), own(y));
    }

    @Override
    public Op concat(int dim, List<Tensor> xs, Tensor y) {
        return new CudaConcat(dim, own(xs), own(y));
    }

    @Override
    public Op add(List<Tensor> xs, Tensor y) {
        return new CudaAdd(own(xs), own(y));
    }

    @Override
    public Op fork(Tensor x, List<Tensor> branches) {
        return new CudaFork(own(x), own(branches));
    }

    @Override
    public Op embedding(EmbeddingSpec spec, Tensor x, Tensor w, Tensor y) {
        return new CudaEmbedding(spec, own(x), own(w), own(y));
    }

    @Override
    public Op recurrent(
            RecurrentSpec spec,
            Tensor x,
            @Nullable Tensor lengths,
            List<Tensor> states,
            List<Tensor> weights,
            Tensor y,
            List<Tensor> finalStates) {
        return new CudaRecurrent(
                new RecurrentTensors(
                        spec,
                        own(x),
                        ownOrNull(lengths),
                        own(states),
                        own(weights),
                        own(y),
                        own(finalStates)));
    }

    @Override
    public Op overTime(TimeReduction reduction, Tensor x, @Nullable Tensor lengths, Tensor y) {
        return new CudaOverTime(reduction, own(x), ownOrNull(lengths), own(y));
    }

    @Override
    public Op lengths(int padding, int steps, Tensor tokens, Tensor y) {
        return new CudaLengths(padding, steps, own(tokens), own(y));
    }

    @Override
    public Op custom(
            CustomFunction function,
            boolean surrogate,
            Tensor x,
            List<Tensor> parameters,
            Tensor y) {
        return new CudaCustom(function, surrogate, own(x), own(parameters), own(y));
    }

    @Override
    public Op crossEntropy(
            CrossEntropySpec spec,
            Tensor x,
            Tensor labels,
            @Nullable Tensor classWeight,
            Tensor y) {
        return new CudaCrossEntropy(spec, own(x), own(labels), ownOrNull(classWeight), own(y));
    }

    @Override
    public Op pointwiseLoss(PointwiseLossSpec spec, Tensor x, Tensor target, Tensor y) {
        return new CudaPointwiseLoss(spec, own(x), own(target), own(y));
    }

    @Override
    public Update sgd(SgdSpec spec, Parameters parameters) {
        return new CudaSgd(device, spec, parameters);
    }

    @Override
    public Update adam(AdamSpec spec, Parameters parameters) {
        return new CudaAdam(device, spec, parameters);
    }

    @Override
    public Update rmsProp(RmsPropSpec spec, Parameters parameters) {
        return new CudaRmsProp(device, spec, parameters);
    }

    @Override
    public Update adagrad(AdagradSpec spec, Parameters parameters) {
        return new CudaAdagrad(device, spec, parameters);
    }

    @Override
    public Update penalty(double l1, double l2, Parameters parameters) {
        return new CudaPenalty(device, l1, l2, parameters);
    }

    @Override
    public Update clipNorm(double maxNorm, Parameters parameters) {
        return new CudaClipNorm(device, maxNorm, parameters);
    }

    @Override
    public Update clipValue(double limit, Parameters parameters) {
        return new CudaClipValue(device, limit, parameters);
    }
}
