package io.retrograd.train;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.tensor.Checks;
import java.util.ArrayList;
import java.util.List;

/**
 * Changes the gradients between the backward pass and the optimizer, in this order:
 *
 * <ol>
 *   <li>the gradient of the penalty {@code l1·Σ|w| + l2/2·Σw²} over all weights (parameters of rank
 *       2 and above) is added,
 *   <li>all gradients are scaled by {@code min(1, clipNorm / (norm + 1e-6))}, norm over all of
 *       them,
 *   <li>each element is clamped to [−clipValue, clipValue].
 * </ol>
 *
 * <p>Gradients of frozen parameters stay as they are, and count in no penalty and no norm. A {@link
 * io.retrograd.optim.ParameterGroup}'s weight decay is the optimizer's and changes nothing here.
 *
 * @param l1 0 for none
 * @param l2 0 for none
 * @param clipNorm infinite for none
 * @param clipValue infinite for none
 */
public record Regularization(double l1, double l2, double clipNorm, double clipValue) {
    public Regularization {
        Checks.notNegative("Regularization", "l1", l1);
        Checks.notNegative("Regularization", "l2", l2);
        checkLimit("clip norm", clipNorm);
        checkLimit("clip value", clipValue);
    }

    /** Gradients stay as they are. */
    public static Regularization none() {
        return new Regularization(0, 0, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    /** The same with this factor of {@code Σ|w|}. */
    public Regularization l1(double factor) {
        return new Regularization(factor, l2, clipNorm, clipValue);
    }

    /** The same with this factor of {@code Σw²/2}. */
    public Regularization l2(double factor) {
        return new Regularization(l1, factor, clipNorm, clipValue);
    }

    /** The same with at most this norm. */
    public Regularization clipNorm(double limit) {
        return new Regularization(l1, l2, limit, clipValue);
    }

    /** The same with at most this size of an element. */
    public Regularization clipValue(double limit) {
        return new Regularization(l1, l2, clipNorm, limit);
    }

    /** The updates that do it to these parameters, none for what is off. */
    List<Update> bind(Selection parameters) {
        List<Update> updates = new ArrayList<>();
        if (l1 != 0 || l2 != 0) {
            updates.add(parameters.update(new UpdateRule.Penalty(l1, l2)));
        }
        if (Double.isFinite(clipNorm)) {
            updates.add(parameters.update(new UpdateRule.ClipNorm(clipNorm)));
        }
        if (Double.isFinite(clipValue)) {
            updates.add(parameters.update(new UpdateRule.ClipValue(clipValue)));
        }
        return updates;
    }

    /** The value of these parameters' penalty: reads all their weights. */
    double penalty(Selection parameters) {
        if (l1 == 0 && l2 == 0) {
            return 0;
        }
        double sum = 0;
        for (var w : parameters.tensors()) {
            if (w.shape().rank() >= 2) {
                for (double value : w.toArray()) {
                    sum += l1 * Math.abs(value) + l2 / 2 * value * value;
                }
            }
        }
        return sum;
    }

    private static void checkLimit(String what, double limit) {
        if (!(limit > 0)) {
            throw new IllegalArgumentException(
                    "Regularization: " + what + " must be above 0, got " + limit);
        }
    }
}
