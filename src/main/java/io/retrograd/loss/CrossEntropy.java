package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.operation.CrossEntropySpec.Form;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cross-entropy of logits (N, C) with class labels (N), {@code L = −Σₙ log softmax(x[n])[label[n]]
 * / N}; or of a class for each position, logits (N, C, d...) with labels (N, d...). The whole
 * formula stands at {@link CrossEntropySpec}.
 *
 * @param reduction mean or sum over the batch
 * @param labelSmoothing the share of each label that is spread over all classes, in [0, 1]
 * @param classWeights one weight a class, or none for equal ones
 * @param ignoreIndex the label of samples or positions that do not count
 * @param probabilities whether targets are probabilities of all classes, of the logits' shape
 */
public record CrossEntropy(
        Reduction reduction,
        double labelSmoothing,
        List<Double> classWeights,
        int ignoreIndex,
        boolean probabilities)
        implements Loss {
    public CrossEntropy {
        new CrossEntropySpec(reduction, labelSmoothing, ignoreIndex, Form.LABELS);
        classWeights = List.copyOf(classWeights);
    }

    /** The mean over the batch, without smoothing or weights; the label −100 is ignored. */
    public CrossEntropy() {
        this(Reduction.MEAN, 0, List.of(), CrossEntropySpec.NO_CLASS, /* probabilities= */ false);
    }

    /** The same with another reduction. */
    public CrossEntropy reduction(Reduction other) {
        return new CrossEntropy(other, labelSmoothing, classWeights, ignoreIndex, probabilities);
    }

    /** The same with label smoothing. */
    public CrossEntropy labelSmoothing(double share) {
        return new CrossEntropy(reduction, share, classWeights, ignoreIndex, probabilities);
    }

    /** The same with class weights. */
    public CrossEntropy classWeights(List<Double> weights) {
        return new CrossEntropy(reduction, labelSmoothing, weights, ignoreIndex, probabilities);
    }

    /** The same with another label of what does not count: a class, or a number below 0. */
    public CrossEntropy ignoreIndex(int index) {
        return new CrossEntropy(reduction, labelSmoothing, classWeights, index, probabilities);
    }

    /** The same with probabilities of all classes as targets. */
    public CrossEntropy ofProbabilities() {
        return new CrossEntropy(reduction, labelSmoothing, classWeights, ignoreIndex, true);
    }

    private CrossEntropySpec spec() {
        return new CrossEntropySpec(
                reduction,
                labelSmoothing,
                ignoreIndex,
                probabilities ? Form.PROBABILITIES : Form.LABELS);
    }

    @Override
    public Tensor target(Binder binder, Shape output) {
        return target(binder, output, spec());
    }

    @Override
    public Tensor bind(Binder binder, Tensor output, Tensor target) {
        return bind(binder, output, target, spec(), classWeights);
    }

    @Override
    public @Nullable Integer ignoredLabel() {
        return probabilities ? null : ignoreIndex;
    }

    @Override
    public void checkTarget(double[] values, List<Shape> outputs) {
        if (!probabilities) {
            checkLabels(values, outputs.get(0), ignoreIndex);
        }
    }

    static void checkLabels(double[] labels, Shape output, int ignored) {
        int classes = output.dim(1);
        for (int i = 0; i < labels.length; i++) {
            double label = labels[i];
            boolean known = label >= 0 && label < classes && label == Math.rint(label);
            if (!known && label != ignored) {
                throw new IllegalArgumentException(
                        String.format(
                                "target: expected a label from 0 to %d, got %s for %s %d",
                                classes - 1,
                                label == Math.rint(label) ? (Object) (long) label : label,
                                output.rank() == 2 ? "sample" : "position",
                                i));
            }
        }
    }

    static Tensor target(Binder binder, Shape output, CrossEntropySpec spec) {
        Shape shape = Losses.CrossEntropy.targetShape(output, spec.form());
        return spec.form() == Form.PROBABILITIES
                ? binder.target(shape)
                : binder.indices("target", shape);
    }

    static Tensor bind(
            Binder binder,
            Tensor output,
            Tensor target,
            CrossEntropySpec spec,
            List<Double> classWeights) {
        Tensor weight = constant(binder, "class_weight", classWeights);
        return binder.record(to -> new Losses.CrossEntropy(spec, output, target, weight, to)).y();
    }

    /** A vector of these values, or null where there are none. */
    static @Nullable Tensor constant(Binder binder, String name, List<Double> list) {
        double[] values = list.stream().mapToDouble(Double::doubleValue).toArray();
        return values.length == 0 ? null : binder.constant(name, Shape.of(values.length), values);
    }
}
