package io.retrograd.backend.reference;

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
final class ReferenceOperations implements Operations {
    private final WorkerPool pool;

    ReferenceOperations(WorkerPool pool) {
        this.pool = pool;
    }

    @Override
    public Op convolution(Products.Convolution o) {
        return new ReferenceConvolution(pool, o);
    }

    @Override
    public Op transposedConvolution(Products.TransposedConvolution o) {
        return new ReferenceTransposedConvolution(pool, o);
    }

    @Override
    public Op linear(Products.Linear o) {
        return new ReferenceLinear(pool, o);
    }

    @Override
    public Op matMul(Products.MatMul o) {
        return new ReferenceMatMul(pool, o);
    }

    @Override
    public Op maxPooling(Poolings.MaxPooling o) {
        return ReferenceMaxPooling.sliding(pool, o);
    }

    @Override
    public Op adaptiveMaxPooling(Poolings.AdaptiveMaxPooling o) {
        return ReferenceMaxPooling.adaptive(pool, o);
    }

    @Override
    public Op averagePooling(Poolings.AveragePooling o) {
        return ReferenceAveragePooling.sliding(pool, o);
    }

    @Override
    public Op adaptiveAveragePooling(Poolings.AdaptiveAveragePooling o) {
        return ReferenceAveragePooling.adaptive(pool, o);
    }

    @Override
    public Op batchNormTraining(Normalizations.BatchNorm o) {
        return new ReferenceBatchNormTraining(pool, o);
    }

    @Override
    public Op batchNormInference(Normalizations.BatchNorm o) {
        return new ReferenceBatchNormInference(pool, o);
    }

    @Override
    public Op layerNorm(Normalizations.LayerNorm o) {
        return new ReferenceLayerNorm(o);
    }

    @Override
    public Op rmsNorm(Normalizations.RmsNorm o) {
        return new ReferenceLayerNorm(o);
    }

    @Override
    public Op groupNorm(Normalizations.GroupNorm o) {
        return new ReferenceGroupNorm(o);
    }

    @Override
    public Op localResponseNorm(Normalizations.LocalResponseNorm o) {
        return new ReferenceLocalResponseNorm(o);
    }

    @Override
    public Op activation(Elementwise.Activation o) {
        return new ReferenceActivation(o);
    }

    @Override
    public Op binary(Elementwise.Binary o) {
        return new ReferenceBinary(o);
    }

    @Override
    public Op glu(Elementwise.Glu o) {
        return new ReferenceGlu(o);
    }

    @Override
    public Op prelu(Elementwise.Prelu o) {
        return new ReferencePrelu(o);
    }

    @Override
    public Op softmax(Normalizations.Softmax o) {
        return new ReferenceSoftmax(o);
    }

    @Override
    public Op logSoftmax(Normalizations.Softmax o) {
        return new ReferenceLogSoftmax(o);
    }

    @Override
    public Op dropout(Elementwise.Dropout o, RandomState random) {
        return new ReferenceDropout(o, random);
    }

    @Override
    public Op reshape(Arrangements.Reshape o) {
        return new ReferenceReshape(o);
    }

    @Override
    public Op permute(Arrangements.Permute o) {
        return new ReferencePermute(o);
    }

    @Override
    public Op scale(Arrangements.Scale o) {
        return new ReferenceScale(o);
    }

    @Override
    public Op reduce(Arrangements.Reduce o) {
        return new ReferenceReduce(o);
    }

    @Override
    public Op sampling(Samplings o) {
        return new ReferenceSampling(o);
    }

    @Override
    public Op concat(Arrangements.Concat o) {
        return new ReferenceConcat(o);
    }

    @Override
    public Op add(Arrangements.Add o) {
        return new ReferenceAdd(o);
    }

    @Override
    public Op fork(Arrangements.Fork o) {
        return new ReferenceFork(o);
    }

    @Override
    public Op embedding(SequenceOperations.Embedding o) {
        return new ReferenceEmbedding(o);
    }

    @Override
    public Op recurrent(SequenceOperations.Recurrent o) {
        return new ReferenceRecurrent(pool, o);
    }

    @Override
    public Op overTime(SequenceOperations.OverTime o) {
        return new ReferenceOverTime(o);
    }

    @Override
    public Op lengths(SequenceOperations.Lengths o) {
        return new ReferenceLengths(o);
    }

    @Override
    public Op attentionMask(SequenceOperations.AttentionMask o) {
        return new ReferenceAttentionMask(o);
    }

    @Override
    public Op custom(Operation.Custom o) {
        return new ReferenceCustom(o);
    }

    @Override
    public Op crossEntropy(Losses.CrossEntropy o) {
        return new ReferenceCrossEntropy(o);
    }

    @Override
    public Op ctc(Losses.Ctc o) {
        return new ReferenceCtc(o);
    }

    @Override
    public Op pointwiseLoss(Losses.PointwiseLoss o) {
        return new ReferencePointwiseLoss(o);
    }

    @Override
    public Op gaussianNll(Losses.GaussianNll o) {
        return new ReferenceGaussianNll(o);
    }

    @Override
    public Op tripletMargin(Losses.TripletMargin o) {
        return new ReferenceTripletMargin(o);
    }

    @Override
    public Op cosineEmbedding(Losses.CosineEmbedding o) {
        return new ReferenceCosineEmbedding(o);
    }

    @Override
    public Op dice(Losses.Dice o) {
        return new ReferenceDice(o);
    }
}
