package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.operation.CrossEntropySpec;
import io.retrograd.operation.DiceSpec;
import io.retrograd.operation.DiceSpec.Form;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;

/**
 * Soft Dice of logits (N, C, d...), for regions of a picture: {@code L} is the mean over samples
 * and classes of {@code 1 − (2·Σ p·t + s) / (Σ p + Σ t + s)}, sums running over positions, with p
 * the softmax over classes and labels (N, d...). The whole formula stands at {@link DiceSpec}.
 *
 * @param form softmax with labels, softmax with probabilities, or regions that may overlap
 * @param smooth s, at least 0
 * @param reduction mean or sum over samples and classes
 * @param ignoreIndex the label of positions that do not count
 */
public record DiceLoss(Form form, double smooth, Reduction reduction, int ignoreIndex)
        implements Loss {
    public DiceLoss {
        new DiceSpec(form, smooth, reduction, ignoreIndex);
    }

    /** The mean, of softmax and labels, with s 1; the label −100 is ignored. */
    public DiceLoss() {
        this(Form.LABELS, 1, Reduction.MEAN, CrossEntropySpec.NO_CLASS);
    }

    /** The same with probabilities of all classes as targets, of the logits' shape. */
    public DiceLoss ofProbabilities() {
        return new DiceLoss(Form.PROBABILITIES, smooth, reduction, ignoreIndex);
    }

    /**
     * The same with a sigmoid in place of the softmax, for one region or for such as may overlap;
     * targets are probabilities of the logits' shape.
     */
    public DiceLoss sigmoid() {
        return new DiceLoss(Form.SIGMOID, smooth, reduction, ignoreIndex);
    }

    /** The same with another s. */
    public DiceLoss smooth(double other) {
        return new DiceLoss(form, other, reduction, ignoreIndex);
    }

    /** The same with another reduction. */
    public DiceLoss reduction(Reduction other) {
        return new DiceLoss(form, smooth, other, ignoreIndex);
    }

    /** The same with another label of what does not count: a class, or a number below 0. */
    public DiceLoss ignoreIndex(int index) {
        return new DiceLoss(form, smooth, reduction, index);
    }

    @Override
    public Tensor target(Binder binder, Shape output) {
        Shape shape = Losses.Dice.targetShape(output, form);
        return form == Form.LABELS ? binder.indices("target", shape) : binder.target(shape);
    }

    @Override
    public Tensor bind(Binder binder, Tensor output, Tensor target) {
        DiceSpec spec = new DiceSpec(form, smooth, reduction, ignoreIndex);
        return binder.record(to -> new Losses.Dice(spec, output, target, to)).y();
    }
}
