package io.retrograd.train;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;

/**
 * Exponential moving average of a model's parameters while it is trained:
 *
 * <pre>
 *   d = warmUp ? min(decay, (1 + t) / (10 + t)) : decay
 *   a ← t = 1 ? w : d·a + (1 − d)·w               after update t, from 1
 * </pre>
 *
 * as PyTorch's {@code AveragedModel} with {@code get_ema_multi_avg_fn(decay)}; with warm-up as
 * TensorFlow's {@code ExponentialMovingAverage}. Running statistics are not averaged: the averaged
 * model has those of the trained one. Frozen parameters are their own average.
 *
 * @param decay what is kept of the average in each step, in [0, 1)
 * @param warmUp whether less is kept in the first steps
 */
public record MovingAverage(double decay, boolean warmUp) {
    public MovingAverage {
        rule(decay, warmUp);
    }

    /** Without warm-up. */
    public MovingAverage(double decay) {
        this(decay, /* warmUp= */ false);
    }

    private static UpdateRule.Average rule(double decay, boolean warmUp) {
        return new UpdateRule.Average(decay, warmUp);
    }

    /** Takes account of these parameters' values, once a step. */
    Update bind(Selection parameters) {
        return parameters.update(rule(decay, warmUp));
    }

    /** All parameters and running statistics, with averages in the place of these parameters. */
    static Snapshot snapshot(Selection parameters) {
        return new Snapshot(
                parameters.parameters(),
                parameters.tensors(),
                parameters.slot(UpdateRule.Average.SLOT));
    }
}
