package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * Cross-entropy of logits (N, C) with class labels (N), {@code L = −Σₙ log softmax(x[n])[label[n]]
 * / N}; the whole formula stands at {@link CrossEntropySpec}.
 *
 * @param reduction mean or sum over the batch
 * @param labelSmoothing the share of each label that is spread over all classes, in [0, 1]
 * @param classWeights one weight a class, or none for equal ones
 */
public record CrossEntropy(Reduction reduction, double labelSmoothing, List<Double> classWeights)
        implements Loss {
    public CrossEntropy {
        new CrossEntropySpec(reduction, labelSmoothing);
        classWeights = List.copyOf(classWeights);
    }

    /** The mean over the batch, without smoothing or weights. */
    public CrossEntropy() {
        this(Reduction.MEAN, 0, List.of());
    }

    /** The same with another reduction. */
    public CrossEntropy reduction(Reduction other) {
        return new CrossEntropy(other, labelSmoothing, classWeights);
    }

    /** The same with label smoothing. */
    public CrossEntropy labelSmoothing(double share) {
        return new CrossEntropy(reduction, share, classWeights);
    }

    /** The same with class weights. */
    public CrossEntropy classWeights(List<Double> weights) {
        return new CrossEntropy(reduction, labelSmoothing, weights);
    }

    @Override
    public Tensor target(Binder binder, Shape output) {
        return binder.indices("target", Losses.CrossEntropy.targetShape(output));
    }

    @Override
    public Tensor bind(Binder binder, Tensor output, Tensor target) {
        CrossEntropySpec spec = new CrossEntropySpec(reduction, labelSmoothing);
        double[] weights = classWeights.stream().mapToDouble(Double::doubleValue).toArray();
        Tensor weight =
                weights.length == 0
                        ? null
                        : binder.constant("class_weight", Shape.of(weights.length), weights);
        return binder.record(to -> new Losses.CrossEntropy(spec, output, target, weight, to)).y();
    }
}
