package io.retrograd.loss;

import io.retrograd.bind.Binder;
import io.retrograd.operation.CtcSpec;
import io.retrograd.operation.Losses;
import io.retrograd.operation.Reduction;
import io.retrograd.tensor.Checks;
import io.retrograd.tensor.Shape;
import io.retrograd.tensor.Tensor;
import java.util.List;

/**
 * Connectionist temporal classification of logits (T, N, C) by label sequences: targets are int32
 * (N, 2 + S), of each sample the number of its steps, the number of its labels, and the labels,
 * with anything behind them. The whole formula stands at {@link CtcSpec}.
 *
 * <p>It takes logits where PyTorch takes log-probabilities: put no log-softmax before it.
 *
 * @param longest S, the most labels that a sample has
 */
public record CtcLoss(int longest, CtcSpec spec) implements Loss {
    public CtcLoss {
        Checks.notNegative("CtcLoss", "longest target", longest);
    }

    /** The mean over the batch of each loss by its number of labels; the blank is class 0. */
    public CtcLoss(int longest) {
        this(
                longest,
                new CtcSpec(0, Reduction.MEAN, /* zeroInfinity= */ false, /* batchFirst= */ false));
    }

    /** The same with another class of no label. */
    public CtcLoss blank(int blank) {
        return with(new CtcSpec(blank, spec.reduction(), spec.zeroInfinity(), spec.batchFirst()));
    }

    /** The same with another reduction. */
    public CtcLoss reduction(Reduction other) {
        return with(new CtcSpec(spec.blank(), other, spec.zeroInfinity(), spec.batchFirst()));
    }

    /** The same with 0 in place of infinite losses, of samples whose labels need more steps. */
    public CtcLoss zeroInfinity() {
        return with(new CtcSpec(spec.blank(), spec.reduction(), true, spec.batchFirst()));
    }

    /** The same of logits (N, T, C). */
    public CtcLoss batchFirst() {
        return with(new CtcSpec(spec.blank(), spec.reduction(), spec.zeroInfinity(), true));
    }

    private CtcLoss with(CtcSpec other) {
        return new CtcLoss(longest, other);
    }

    @Override
    public Tensor target(Binder binder, Shape output) {
        if (output.rank() != 3) {
            throw new IllegalArgumentException("CtcLoss: expected logits (T, N, C), got " + output);
        }
        return binder.indices("target", Shape.of(spec.batch(output), CtcSpec.LENGTHS + longest));
    }

    @Override
    public void checkTarget(double[] values, List<Shape> outputs) {
        Shape z = outputs.get(0);
        int width = CtcSpec.LENGTHS + longest;
        for (int n = 0; n < spec.batch(z) && (n + 1) * width <= values.length; n++) {
            int start = n * width;
            spec.check(z, longest, n, (int) values[start], (int) values[start + 1]);
            for (int i = 0; i < values[start + 1]; i++) {
                spec.checkLabel(z, n, (int) values[start + CtcSpec.LENGTHS + i]);
            }
        }
    }

    @Override
    public Tensor bind(Binder binder, Tensor output, Tensor target) {
        return binder.record(to -> new Losses.Ctc(spec, output, target, to)).y();
    }
}
