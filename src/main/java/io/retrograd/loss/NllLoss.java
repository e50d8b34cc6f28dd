package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.operation.CrossEntropySpec.Form;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * Negative log-likelihood of class labels (N) by log-probabilities x (N, C), {@code L = −Σₙ x[n,
 * label[n]] / N}; or of a class for each position, as {@link CrossEntropy}. The whole formula
 * stands at {@link CrossEntropySpec}.
 *
 * @param reduction mean or sum over the batch
 * @param classWeights one weight a class, or none for equal ones
 * @param ignoreIndex the label of samples or positions that do not count
 */
public record NllLoss(Reduction reduction, List<Double> classWeights, int ignoreIndex)
        implements Loss {
    public NllLoss {
        classWeights = List.copyOf(classWeights);
    }

    /** The mean over the batch, without weights; the label −100 is ignored. */
    public NllLoss() {
        this(Reduction.MEAN, List.of(), CrossEntropySpec.NO_CLASS);
    }

    /** The same with another reduction. */
    public NllLoss reduction(Reduction other) {
        return new NllLoss(other, classWeights, ignoreIndex);
    }

    /** The same with class weights. */
    public NllLoss classWeights(List<Double> weights) {
        return new NllLoss(reduction, weights, ignoreIndex);
    }

    /** The same with another label of what does not count: a class, or a number below 0. */
    public NllLoss ignoreIndex(int index) {
        return new NllLoss(reduction, classWeights, index);
    }

    private CrossEntropySpec spec() {
        return new CrossEntropySpec(
                reduction, /* labelSmoothing= */ 0, ignoreIndex, Form.LOG_PROBABILITIES);
    }

    @Override
    public Integer ignoredLabel() {
        return ignoreIndex;
    }

    @Override
    public void checkTarget(double[] values, List<Shape> outputs) {
        CrossEntropy.checkLabels(values, outputs.get(0), ignoreIndex);
    }

    @Override
    public Tensor target(Binder binder, Shape output) {
        return CrossEntropy.target(binder, output, spec());
    }

    @Override
    public Tensor bind(Binder binder, Tensor output, Tensor target) {
        return CrossEntropy.bind(binder, output, target, spec(), classWeights);
    }
}
