package io.retrograd.backend.onednn;

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
final class OneDnnOperations implements Operations {
    @Override
    public Op convolution(Products.Convolution o) {
        return new OneDnnConvolution(o);
    }

    @Override
    public Op transposedConvolution(Products.TransposedConvolution o) {
        return OneDnnTransposedConvolution.of(o);
    }

    @Override
    public Op linear(Products.Linear o) {
        return new OneDnnLinear(o);
    }

    @Override
    public Op matMul(Products.MatMul o) {
        return new OneDnnMatMul(o);
    }

    @Override
    public Op maxPooling(Poolings.MaxPooling o) {
        return OneDnnPooling.max(o);
    }

    @Override
    public Op adaptiveMaxPooling(Poolings.AdaptiveMaxPooling o) {
        return OneDnnPooling.adaptiveMax(o);
    }

    @Override
    public Op averagePooling(Poolings.AveragePooling o) {
        return OneDnnPooling.average(o);
    }

    @Override
    public Op adaptiveAveragePooling(Poolings.AdaptiveAveragePooling o) {
        return OneDnnPooling.adaptiveAverage(o);
    }

    @Override
    public Op batchNormTraining(Normalizations.BatchNorm o) {
        return new OneDnnBatchNorm(o);
    }

    @Override
    public Op batchNormInference(Normalizations.BatchNorm o) {
        return new OneDnnBatchNorm(o);
    }

    @Override
    public Op layerNorm(Normalizations.LayerNorm o) {
        return new OneDnnLayerNorm(o);
    }

    @Override
    public Op rmsNorm(Normalizations.RmsNorm o) {
        return new OneDnnRmsNorm(o);
    }

    @Override
    public Op groupNorm(Normalizations.GroupNorm o) {
        return new OneDnnGroupNorm(o);
    }

    @Override
    public Op localResponseNorm(Normalizations.LocalResponseNorm o) {
        return new OneDnnLocalResponseNorm(o);
    }

    @Override
    public Op activation(Elementwise.Activation o) {
        return new OneDnnActivation(o);
    }

    @Override
    public Op binary(Elementwise.Binary o) {
        return new OneDnnBinary(o);
    }

    @Override
    public Op glu(Elementwise.Glu o) {
        return new OneDnnGlu(o);
    }

    @Override
    public Op prelu(Elementwise.Prelu o) {
        return new OneDnnPrelu(o);
    }

    @Override
    public Op softmax(Normalizations.Softmax o) {
        return new OneDnnSoftmax(o);
    }

    @Override
    public Op logSoftmax(Normalizations.Softmax o) {
        return new OneDnnSoftmax(o);
    }

    @Override
    public Op dropout(Elementwise.Dropout o, RandomState random) {
        return new OneDnnDropout(o, random);
    }

    @Override
    public Op reshape(Arrangements.Reshape o) {
        return new OneDnnReshape(o);
    }

    @Override
    public Op permute(Arrangements.Permute o) {
        return new OneDnnPermute(o);
    }

    @Override
    public Op scale(Arrangements.Scale o) {
        return new OneDnnScale(o);
    }

    @Override
    public Op reduce(Arrangements.Reduce o) {
        return new OneDnnReduce(o);
    }

    @Override
    public Op sampling(Samplings o) {
        return new OneDnnSampling(o);
    }

    @Override
    public Op concat(Arrangements.Concat o) {
        return new OneDnnConcat(o);
    }

    @Override
    public Op add(Arrangements.Add o) {
        return new OneDnnAdd(o);
    }

    @Override
    public Op fork(Arrangements.Fork o) {
        return new OneDnnFork(o);
    }

    @Override
    public Op embedding(SequenceOperations.Embedding o) {
        return new OneDnnEmbedding(o);
    }

    @Override
    public Op recurrent(SequenceOperations.Recurrent o) {
        return new OneDnnRecurrent(o);
    }

    @Override
    public Op overTime(SequenceOperations.OverTime o) {
        return new OneDnnOverTime(o);
    }

    @Override
    public Op lengths(SequenceOperations.Lengths o) {
        return new OneDnnLengths(o);
    }

    @Override
    public Op attentionMask(SequenceOperations.AttentionMask o) {
        return new OneDnnAttentionMask(o);
    }

    @Override
    public Op custom(Operation.Custom o) {
        return new OneDnnCustom(o);
    }

    @Override
    public Op crossEntropy(Losses.CrossEntropy o) {
        return new OneDnnCrossEntropy(o);
    }

    @Override
    public Op ctc(Losses.Ctc o) {
        return new OneDnnCtc(o);
    }

    @Override
    public Op pointwiseLoss(Losses.PointwiseLoss o) {
        return new OneDnnPointwiseLoss(o);
    }

    @Override
    public Op gaussianNll(Losses.GaussianNll o) {
        return new OneDnnGaussianNll(o);
    }

    @Override
    public Op tripletMargin(Losses.TripletMargin o) {
        return new OneDnnTripletMargin(o);
    }

    @Override
    public Op cosineEmbedding(Losses.CosineEmbedding o) {
        return new OneDnnCosineEmbedding(o);
    }

    @Override
    public Op dice(Losses.Dice o) {
        return new OneDnnDice(o);
    }
}
