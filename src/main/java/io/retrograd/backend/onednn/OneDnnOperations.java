package io.retrograd.backend.onednn;

import static io.retrograd.backend.onednn.OneDnnOp.own;
import static io.retrograd.backend.onednn.OneDnnOp.ownOrNull;

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
import io.retrograd.operation.SequenceOperations;

/** Makes the operations, each from the class that is named after it. */
final class OneDnnOperations implements Operations {
    @Override
    public Op convolution(Products.Convolution o) {
        return new OneDnnConvolution(
                o.spec(), own(o.x()), own(o.w()), ownOrNull(o.b()), own(o.y()));
    }

    @Override
    public Op transposedConvolution(Products.TransposedConvolution o) {
        return OneDnnTransposedConvolution.of(
                o.spec(), own(o.x()), own(o.w()), ownOrNull(o.b()), own(o.y()));
    }

    @Override
    public Op linear(Products.Linear o) {
        return new OneDnnLinear(own(o.x()), own(o.w()), ownOrNull(o.b()), own(o.y()));
    }

    @Override
    public Op maxPooling(Poolings.MaxPooling o) {
        return OneDnnPooling.max(o.spec(), own(o.x()), own(o.y()));
    }

    @Override
    public Op averagePooling(Poolings.AveragePooling o) {
        return OneDnnPooling.average(o.spec(), o.countIncludePad(), own(o.x()), own(o.y()));
    }

    @Override
    public Op adaptiveAveragePooling(Poolings.AdaptiveAveragePooling o) {
        return OneDnnPooling.adaptiveAverage(own(o.x()), own(o.y()));
    }

    @Override
    public Op batchNormTraining(Normalizations.BatchNorm o) {
        return new OneDnnBatchNorm(
                o.spec(),
                /* training= */ true,
                own(o.x()),
                own(o.w()),
                own(o.b()),
                own(o.mean()),
                own(o.var()),
                own(o.y()));
    }

    @Override
    public Op batchNormInference(Normalizations.BatchNorm o) {
        return new OneDnnBatchNorm(
                o.spec(),
                /* training= */ false,
                own(o.x()),
                own(o.w()),
                own(o.b()),
                own(o.mean()),
                own(o.var()),
                own(o.y()));
    }

    @Override
    public Op layerNorm(Normalizations.LayerNorm o) {
        return new OneDnnLayerNorm(o.eps(), own(o.x()), own(o.w()), own(o.b()), own(o.y()));
    }

    @Override
    public Op groupNorm(Normalizations.GroupNorm o) {
        return new OneDnnGroupNorm(
                o.groups(), o.eps(), own(o.x()), own(o.w()), own(o.b()), own(o.y()));
    }

    @Override
    public Op localResponseNorm(Normalizations.LocalResponseNorm o) {
        return new OneDnnLocalResponseNorm(o.spec(), own(o.x()), own(o.y()));
    }

    @Override
    public Op activation(Elementwise.Activation o) {
        return new OneDnnActivation(o.spec(), own(o.x()), own(o.y()));
    }

    @Override
    public Op prelu(Elementwise.Prelu o) {
        return new OneDnnPrelu(own(o.x()), own(o.w()), own(o.y()));
    }

    @Override
    public Op softmax(Normalizations.Softmax o) {
        return new OneDnnSoftmax(/* log= */ false, o.dim(), own(o.x()), own(o.y()));
    }

    @Override
    public Op logSoftmax(Normalizations.Softmax o) {
        return new OneDnnSoftmax(/* log= */ true, o.dim(), own(o.x()), own(o.y()));
    }

    @Override
    public Op dropout(Elementwise.Dropout o, RandomState random) {
        return new OneDnnDropout(o.p(), o.stream(), random, own(o.x()), own(o.y()));
    }

    @Override
    public Op reshape(Arrangements.Reshape o) {
        return new OneDnnReshape(own(o.x()), own(o.y()));
    }

    @Override
    public Op transpose(Arrangements.Transpose o) {
        return new OneDnnTranspose(o.dim0(), o.dim1(), own(o.x()), own(o.y()));
    }

    @Override
    public Op concat(Arrangements.Concat o) {
        return new OneDnnConcat(o.dim(), own(o.xs()), own(o.y()));
    }

    @Override
    public Op add(Arrangements.Add o) {
        return new OneDnnAdd(own(o.xs()), own(o.y()));
    }

    @Override
    public Op fork(Arrangements.Fork o) {
        return new OneDnnFork(own(o.x()), own(o.branches()));
    }

    @Override
    public Op embedding(SequenceOperations.Embedding o) {
        return new OneDnnEmbedding(o.spec(), own(o.x()), own(o.w()), own(o.y()));
    }

    @Override
    public Op recurrent(SequenceOperations.Recurrent o) {
        return new OneDnnRecurrent(
                o.spec(),
                own(o.x()),
                ownOrNull(o.lengths()),
                own(o.states()),
                own(o.weights()),
                own(o.y()),
                own(o.finalStates()));
    }

    @Override
    public Op overTime(SequenceOperations.OverTime o) {
        return new OneDnnOverTime(o.reduction(), own(o.x()), ownOrNull(o.lengths()), own(o.y()));
    }

    @Override
    public Op lengths(SequenceOperations.Lengths o) {
        return new OneDnnLengths(o.padding(), o.steps(), own(o.tokens()), own(o.y()));
    }

    @Override
    public Op custom(Operation.Custom o) {
        return new OneDnnCustom(
                o.function(), o.surrogate(), own(o.x()), own(o.parameters()), own(o.y()));
    }

    @Override
    public Op crossEntropy(Losses.CrossEntropy o) {
        return new OneDnnCrossEntropy(
                o.spec(), own(o.x()), own(o.labels()), ownOrNull(o.classWeight()), own(o.y()));
    }

    @Override
    public Op pointwiseLoss(Losses.PointwiseLoss o) {
        return new OneDnnPointwiseLoss(o.spec(), own(o.x()), own(o.target()), own(o.y()));
    }
}
