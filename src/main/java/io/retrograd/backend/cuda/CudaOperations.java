package io.retrograd.backend.cuda;

import static io.retrograd.backend.cuda.CudaOp.own;
import static io.retrograd.backend.cuda.CudaOp.ownOrNull;

import io.retrograd.operation.Arrangements;
import io.retrograd.operation.Elementwise;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Normalizations;
import io.retrograd.operation.Op;
import io.retrograd.operation.Operation;
import io.retrograd.operation.Operations;
import io.retrograd.operation.Poolings;
import io.retrograd.operation.Products;
import io.retrograd.operation.RandomState;
import io.retrograd.operation.Samplings;
import io.retrograd.operation.SequenceOperations;

/** Makes the operations, each from the class that is named after it. */
final class CudaOperations implements Operations {
    @Override
    public Op convolution(Products.Convolution o) {
        return new CudaConvolution(o.spec(), own(o.x()), own(o.w()), ownOrNull(o.b()), own(o.y()));
    }

    @Override
    public Op transposedConvolution(Products.TransposedConvolution o) {
        return new CudaTransposedConvolution(
                o.spec(), own(o.x()), own(o.w()), ownOrNull(o.b()), own(o.y()));
    }

    @Override
    public Op linear(Products.Linear o) {
        return new CudaLinear(own(o.x()), own(o.w()), ownOrNull(o.b()), own(o.y()));
    }

    @Override
    public Op matMul(Products.MatMul o) {
        return new CudaMatMul(o);
    }

    @Override
    public Op maxPooling(Poolings.MaxPooling o) {
        return CudaMaxPooling.sliding(o.spec(), own(o.x()), own(o.y()));
    }

    @Override
    public Op adaptiveMaxPooling(Poolings.AdaptiveMaxPooling o) {
        return CudaMaxPooling.adaptive(own(o.x()), own(o.y()));
    }

    @Override
    public Op averagePooling(Poolings.AveragePooling o) {
        return CudaAveragePooling.sliding(o.spec(), o.countIncludePad(), own(o.x()), own(o.y()));
    }

    @Override
    public Op adaptiveAveragePooling(Poolings.AdaptiveAveragePooling o) {
        return CudaAveragePooling.adaptive(own(o.x()), own(o.y()));
    }

    @Override
    public Op batchNormTraining(Normalizations.BatchNorm o) {
        return new CudaBatchNormTraining(
                o.spec(),
                own(o.x()),
                own(o.w()),
                own(o.b()),
                own(o.mean()),
                own(o.var()),
                own(o.y()));
    }

    @Override
    public Op batchNormInference(Normalizations.BatchNorm o) {
        return new CudaBatchNormInference(
                o.spec(),
                own(o.x()),
                own(o.w()),
                own(o.b()),
                own(o.mean()),
                own(o.var()),
                own(o.y()));
    }

    @Override
    public Op layerNorm(Normalizations.LayerNorm o) {
        return CudaRowNorm.layer(o.eps(), own(o.x()), own(o.w()), own(o.b()), own(o.y()));
    }

    @Override
    public Op rmsNorm(Normalizations.RmsNorm o) {
        return CudaRowNorm.rms(o.eps(), own(o.x()), own(o.w()), own(o.y()));
    }

    @Override
    public Op groupNorm(Normalizations.GroupNorm o) {
        return CudaRowNorm.group(
                o.groups(), o.eps(), own(o.x()), own(o.w()), own(o.b()), own(o.y()));
    }

    @Override
    public Op localResponseNorm(Normalizations.LocalResponseNorm o) {
        return new CudaLocalResponseNorm(o.spec(), own(o.x()), own(o.y()));
    }

    @Override
    public Op activation(Elementwise.Activation o) {
        return new CudaActivation(o.spec(), own(o.x()), own(o.y()));
    }

    @Override
    public Op binary(Elementwise.Binary o) {
        return new CudaBinary(o);
    }

    @Override
    public Op glu(Elementwise.Glu o) {
        return new CudaGlu(o);
    }

    @Override
    public Op prelu(Elementwise.Prelu o) {
        return new CudaPrelu(own(o.x()), own(o.w()), own(o.y()));
    }

    @Override
    public Op softmax(Normalizations.Softmax o) {
        return new CudaSoftmax(/* log= */ false, o.dim(), own(o.x()), own(o.y()));
    }

    @Override
    public Op logSoftmax(Normalizations.Softmax o) {
        return new CudaSoftmax(/* log= */ true, o.dim(), own(o.x()), own(o.y()));
    }

    @Override
    public Op dropout(Elementwise.Dropout o, RandomState random) {
        return new CudaDropout(o.p(), o.stream(), random, own(o.x()), own(o.y()));
    }

    @Override
    public Op reshape(Arrangements.Reshape o) {
        return new CudaReshape(own(o.x()), own(o.y()));
    }

    @Override
    public Op permute(Arrangements.Permute o) {
        return new CudaPermute(o);
    }

    @Override
    public Op scale(Arrangements.Scale o) {
        return new CudaScale(o);
    }

    @Override
    public Op reduce(Arrangements.Reduce o) {
        return new CudaReduce(o);
    }

    @Override
    public Op sampling(Samplings o) {
        return new CudaSampling(o);
    }

    @Override
    public Op concat(Arrangements.Concat o) {
        return new CudaConcat(o.dim(), own(o.xs()), own(o.y()));
    }

    @Override
    public Op add(Arrangements.Add o) {
        return new CudaAdd(own(o.xs()), own(o.y()));
    }

    @Override
    public Op fork(Arrangements.Fork o) {
        return new CudaFork(own(o.x()), own(o.branches()));
    }

    @Override
    public Op embedding(SequenceOperations.Embedding o) {
        return new CudaEmbedding(o.spec(), own(o.x()), own(o.w()), own(o.y()));
    }

    @Override
    public Op recurrent(SequenceOperations.Recurrent o) {
        return new CudaRecurrent(
                new RecurrentTensors(
                        o.spec(),
                        own(o.x()),
                        ownOrNull(o.lengths()),
                        own(o.states()),
                        own(o.weights()),
                        own(o.y()),
                        own(o.finalStates())));
    }

    @Override
    public Op overTime(SequenceOperations.OverTime o) {
        return new CudaOverTime(o.reduction(), own(o.x()), ownOrNull(o.lengths()), own(o.y()));
    }

    @Override
    public Op lengths(SequenceOperations.Lengths o) {
        return new CudaLengths(o.padding(), o.steps(), own(o.tokens()), own(o.y()));
    }

    @Override
    public Op attentionMask(SequenceOperations.AttentionMask o) {
        return new CudaAttentionMask(o);
    }

    @Override
    public Op custom(Operation.Custom o) {
        return new CudaCustom(
                o.function(), o.surrogate(), own(o.x()), own(o.parameters()), own(o.y()));
    }

    @Override
    public Op crossEntropy(Losses.CrossEntropy o) {
        return new CudaCrossEntropy(o);
    }

    @Override
    public Op ctc(Losses.Ctc o) {
        return new CudaCtc(o);
    }

    @Override
    public Op pointwiseLoss(Losses.PointwiseLoss o) {
        return new CudaPointwiseLoss(o);
    }

    @Override
    public Op gaussianNll(Losses.GaussianNll o) {
        return new CudaGaussianNll(o);
    }

    @Override
    public Op tripletMargin(Losses.TripletMargin o) {
        return new CudaTripletMargin(o);
    }

    @Override
    public Op cosineEmbedding(Losses.CosineEmbedding o) {
        return new CudaCosineEmbedding(o);
    }

    @Override
    public Op dice(Losses.Dice o) {
        return new CudaDice(o);
    }
}
