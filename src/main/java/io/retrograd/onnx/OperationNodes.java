package io.retrograd.onnx;

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
import io.retrograd.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Adds the nodes that compute an operation, in place of making it: an operation that is not here
 * does not compile.
 */
final class OperationNodes implements Operations {
    /** What takes the place of an operation that runs. */
    private static final Op WRITTEN =
            new Op() {
                @Override
                public void forward() {
                    throw new IllegalStateException("an operation that was written does not run");
                }

                @Override
                public void backward() {
                    forward();
                }
            };

    private final GraphBuilder graph;
    private final Values values;
    private final FoldedNorms folded;
    private final Map<String, Decomposition> decompositions;
    private final ProductNodes products;
    private final PoolingNodes poolings;
    private final NormNodes norms;
    private final ElementNodes elements;
    private final ArrangementNodes arrangements;
    private final SamplingNodes samplings;
    private final SequenceNodes sequences;
    private final RecurrentNodes recurrents;

    OperationNodes(
            GraphBuilder graph,
            Values values,
            FoldedNorms folded,
            Map<String, Decomposition> decompositions) {
        this.graph = graph;
        this.values = values;
        this.folded = folded;
        this.decompositions = decompositions;
        products = new ProductNodes(graph, values, folded);
        poolings = new PoolingNodes(graph, values);
        norms = new NormNodes(graph, values);
        elements = new ElementNodes(graph, values);
        arrangements = new ArrangementNodes(graph, values);
        samplings = new SamplingNodes(graph, values);
        sequences = new SequenceNodes(graph, values);
        recurrents = new RecurrentNodes(graph, values);
    }

    private Op is(Tensor y, String value) {
        values.set(y, value);
        return WRITTEN;
    }

    @Override
    public Op convolution(Products.Convolution o) {
        return is(o.y(), products.convolution(o));
    }

    @Override
    public Op transposedConvolution(Products.TransposedConvolution o) {
        return is(o.y(), products.transposedConvolution(o));
    }

    @Override
    public Op linear(Products.Linear o) {
        return is(o.y(), products.linear(o));
    }

    @Override
    public Op matMul(Products.MatMul o) {
        return is(o.y(), products.matMul(o));
    }

    @Override
    public Op maxPooling(Poolings.MaxPooling o) {
        return is(o.y(), poolings.max(o));
    }

    @Override
    public Op adaptiveMaxPooling(Poolings.AdaptiveMaxPooling o) {
        return is(o.y(), poolings.adaptiveMax(o));
    }

    @Override
    public Op averagePooling(Poolings.AveragePooling o) {
        return is(o.y(), poolings.average(o));
    }

    @Override
    public Op adaptiveAveragePooling(Poolings.AdaptiveAveragePooling o) {
        return is(o.y(), poolings.adaptiveAverage(o));
    }

    @Override
    public Op batchNormTraining(Normalizations.BatchNorm o) {
        return is(o.y(), norms.batchNormTraining(o));
    }

    @Override
    public Op batchNormInference(Normalizations.BatchNorm o) {
        return is(o.y(), folded.has(o) ? values.of(o.x()) : norms.batchNormInference(o));
    }

    @Override
    public Op layerNorm(Normalizations.LayerNorm o) {
        return is(o.y(), norms.layerNorm(o));
    }

    @Override
    public Op rmsNorm(Normalizations.RmsNorm o) {
        return is(o.y(), norms.rmsNorm(o));
    }

    @Override
    public Op groupNorm(Normalizations.GroupNorm o) {
        return is(o.y(), norms.groupNorm(o));
    }

    @Override
    public Op localResponseNorm(Normalizations.LocalResponseNorm o) {
        return is(o.y(), norms.localResponseNorm(o));
    }

    @Override
    public Op activation(Elementwise.Activation o) {
        return is(o.y(), elements.activation(o));
    }

    @Override
    public Op binary(Elementwise.Binary o) {
        return is(o.y(), elements.binary(o));
    }

    @Override
    public Op glu(Elementwise.Glu o) {
        return is(o.y(), elements.glu(o));
    }

    @Override
    public Op prelu(Elementwise.Prelu o) {
        return is(o.y(), elements.prelu(o));
    }

    @Override
    public Op softmax(Normalizations.Softmax o) {
        return is(o.y(), norms.softmax(o));
    }

    @Override
    public Op logSoftmax(Normalizations.Softmax o) {
        return is(o.y(), norms.softmax(o));
    }

    @Override
    public Op dropout(Elementwise.Dropout o, RandomState random) {
        return is(o.y(), elements.dropout(o));
    }

    @Override
    public Op reshape(Arrangements.Reshape o) {
        return is(o.y(), arrangements.reshape(o));
    }

    @Override
    public Op permute(Arrangements.Permute o) {
        return is(o.y(), arrangements.permute(o));
    }

    @Override
    public Op scale(Arrangements.Scale o) {
        return is(o.y(), arrangements.scale(o));
    }

    @Override
    public Op reduce(Arrangements.Reduce o) {
        return is(o.y(), arrangements.reduce(o));
    }

    @Override
    public Op sampling(Samplings o) {
        return is(o.y(), samplings.sampling(o));
    }

    @Override
    public Op concat(Arrangements.Concat o) {
        return is(o.y(), arrangements.concat(o));
    }

    @Override
    public Op add(Arrangements.Add o) {
        return is(o.y(), arrangements.add(o));
    }

    @Override
    public Op fork(Arrangements.Fork o) {
        o.branches().forEach(branch -> values.alias(branch, o.x()));
        return WRITTEN;
    }

    @Override
    public Op embedding(SequenceOperations.Embedding o) {
        return is(o.y(), sequences.embedding(o));
    }

    @Override
    public Op recurrent(SequenceOperations.Recurrent o) {
        recurrents.write(o);
        return WRITTEN;
    }

    @Override
    public Op overTime(SequenceOperations.OverTime o) {
        return is(o.y(), sequences.overTime(o));
    }

    @Override
    public Op lengths(SequenceOperations.Lengths o) {
        return is(o.y(), sequences.lengths(o));
    }

    @Override
    public Op attentionMask(SequenceOperations.AttentionMask o) {
        return is(o.y(), sequences.attentionMask(o));
    }

    @Override
    public Op custom(Operation.Custom o) {
        if (o.function() instanceof Curve curve) {
            return is(o.y(), curve.write(graph, values.of(o.x())));
        }
        Decomposition operators = decompositions.get(o.name());
        if (operators == null) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected operations that ONNX has, got %s, which is the user's"
                                    + " own; give its operators by"
                                    + " ExportOptions.decomposition(\"%s\", ...)",
                            graph.path(), o.name(), o.name()));
        }
        List<String> parameters = o.parameters().stream().map(values::of).toList();
        return is(o.y(), operators.write(graph, values.of(o.x()), parameters));
    }

    @Override
    public Op crossEntropy(Losses.CrossEntropy o) {
        throw loss(o);
    }

    @Override
    public Op ctc(Losses.Ctc o) {
        throw loss(o);
    }

    @Override
    public Op pointwiseLoss(Losses.PointwiseLoss o) {
        throw loss(o);
    }

    @Override
    public Op gaussianNll(Losses.GaussianNll o) {
        throw loss(o);
    }

    @Override
    public Op tripletMargin(Losses.TripletMargin o) {
        throw loss(o);
    }

    @Override
    public Op cosineEmbedding(Losses.CosineEmbedding o) {
        throw loss(o);
    }

    @Override
    public Op dice(Losses.Dice o) {
        throw loss(o);
    }

    private IllegalArgumentException loss(Losses o) {
        return new IllegalArgumentException(
                String.format(
                        "%s: expected a network without losses, got %s; leave it to the trainer",
                        graph.path(), o.name()));
    }
}
