package io.retrograd.backend.reference;

import static io.retrograd.backend.reference.Reference.own;
import static io.retrograd.backend.reference.Reference.ownOrNull;

import io.retrograd.operation.Arrangements;
import io.retrograd.operation.CustomCall;
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
final class ReferenceOperations implements Operations {
    private final WorkerPool pool;

    ReferenceOperations(WorkerPool pool) {
        this.pool = pool;
    }

    @Override
    public Op convolution(Products.Convolution o) {
        return new ReferenceConvolution(
                pool, o.spec(), own(o.x()), own(o.w()), ownOrNull(o.b()), own(o.y()));
    }

    @Override
    public Op transposedConvolution(Products.TransposedConvolution o) {
        return new ReferenceTransposedConvolution(
                pool, o.spec(), own(o.x()), own(o.w()), ownOrNull(o.b()), own(o.y()));
    }

    @Override
    public Op linear(Products.Linear o) {
        return new ReferenceLinear(pool, own(o.x()), own(o.w()), ownOrNull(o.b()), own(o.y()));
    }

    @Override
    public Op maxPooling(Poolings.MaxPooling o) {
        return new ReferenceMaxPooling(pool, o.spec(), own(o.x()), own(o.y()));
    }

    @Override
    public Op averagePooling(Poolings.AveragePooling o) {
        return new ReferenceAveragePooling(
                pool, o.spec(), o.countIncludePad(), own(o.x()), own(o.y()));
    }

    @Override
    public Op adaptiveAveragePooling(Poolings.AdaptiveAveragePooling o) {
        return new ReferenceAdaptiveAveragePooling(pool, own(o.x()), own(o.y()));
    }

    @Override
    public Op batchNormTraining(Normalizations.BatchNorm o) {
        return new ReferenceBatchNormTraining(
                pool,
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
        return new ReferenceBatchNormInference(
                pool,
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
        return new ReferenceLayerNorm(o.eps(), own(o.x()), own(o.w()), own(o.b()), own(o.y()));
    }

    @Override
    public Op groupNorm(Normalizations.GroupNorm o) {
        return new ReferenceGroupNorm(
                o.groups(), o.eps(), own(o.x()), own(o.w()), own(o.b()), own(o.y()));
    }

    @Override
    public Op localResponseNorm(Normalizations.LocalResponseNorm o) {
        return new ReferenceLocalResponseNorm(o.spec(), own(o.x()), own(o.y()));
    }

    @Override
    public Op activation(Elementwise.Activation o) {
        return new ReferenceActivation(o.spec(), own(o.x()), own(o.y()));
    }

    @Override
    public Op prelu(Elementwise.Prelu o) {
        return new ReferencePrelu(own(o.x()), own(o.w()), own(o.y()));
    }

    @Override
    public Op softmax(Normalizations.Softmax o) {
        return new ReferenceSoftmax(o.dim(), own(o.x()), own(o.y()));
    }

    @Override
    public Op logSoftmax(Normalizations.Softmax o) {
        return new ReferenceLogSoftmax(o.dim(), own(o.x()), own(o.y()));
    }

    @Override
    public Op dropout(Elementwise.Dropout o, RandomState random) {
        return new ReferenceDropout(o.p(), o.stream(), random, own(o.x()), own(o.y()));
    }

    @Override
    public Op reshape(Arrangements.Reshape o) {
        return new ReferenceReshape(own(o.x()), own(o.y()));
    }

    @Override
    public Op transpose(Arrangements.Transpose o) {
        return new ReferenceTranspose(o.dim0(), o.dim1(), own(o.x()), own(o.y()));
    }

    @Override
    public Op concat(Arrangements.Concat o) {
        return new ReferenceConcat(o.dim(), own(o.xs()), own(o.y()));
    }

    @Override
    public Op add(Arrangements.Add o) {
        return new ReferenceAdd(own(o.xs()), own(o.y()));
    }

    @Override
    public Op fork(Arrangements.Fork o) {
        return new ReferenceFork(own(o.x()), own(o.branches()));
    }

    @Override
    public Op embedding(SequenceOperations.Embedding o) {
        return new ReferenceEmbedding(o.spec(), own(o.x()), own(o.w()), own(o.y()));
    }

    @Override
    public Op recurrent(SequenceOperations.Recurrent o) {
        return new ReferenceRecurrent(
                pool,
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
        return new ReferenceOverTime(o.reduction(), own(o.x()), ownOrNull(o.lengths()), own(o.y()));
    }

    @Override
    public Op lengths(SequenceOperations.Lengths o) {
        return new ReferenceLengths(o.padding(), o.steps(), own(o.tokens()), own(o.y()));
    }

    @Override
    public Op custom(Operation.Custom o) {
        CustomCall call =
                new CustomCall(
                        o.function(), o.surrogate(), own(o.x()), own(o.parameters()), own(o.y()));
        return new ReferenceCustom(call, own(o.x()));
    }

    @Override
    public Op crossEntropy(Losses.CrossEntropy o) {
        return new ReferenceCrossEntropy(
                o.spec(), own(o.x()), own(o.labels()), ownOrNull(o.classWeight()), own(o.y()));
    }

    @Override
    public Op pointwiseLoss(Losses.PointwiseLoss o) {
        return new ReferencePointwiseLoss(o.spec(), own(o.x()), own(o.target()), own(o.y()));
    }
}
