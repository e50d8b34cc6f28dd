package io.retrograd.train;

import io.retrograd.backend.Selection;
import io.retrograd.backend.Update;
import io.retrograd.backend.UpdateRule;
import io.retrograd.optim.Optimizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What follows the backward pass: of a batch that an update follows, the mean over the update's
 * batches, penalties, clipping, the optimizer, and the average of parameters; of others the sum.
 */
final class StepUpdates {
    private final Update[] ofPart;

    /** Of an update over several batches: their mean. */
    private final Update[] collected;

    private final Update[] ofLast;

    /**
     * Binds them.
     *
     * @param trained the optimizer's selection of the model's parameters
     */
    StepUpdates(
            Selection trained,
            Optimizer optimizer,
            Regularization regularization,
            Accumulation accumulation,
            @Nullable MovingAverage average) {
        List<Update> part = new ArrayList<>();
        List<Update> mean = new ArrayList<>();
        List<Update> last = new ArrayList<>();
        if (accumulation.several()) {
            part.add(trained.update(new UpdateRule.Accumulate()));
            mean.add(trained.update(new UpdateRule.Collect()));
        }
        last.addAll(regularization.bind(trained));
        last.add(optimizer.bind(trained));
        if (average != null) {
            last.add(average.bind(trained));
        }
        ofPart = part.toArray(Update[]::new);
        collected = mean.toArray(Update[]::new);
        ofLast = last.toArray(Update[]::new);
    }

    /** The most numbers that they keep of each parameter. */
    static int slots(
            Optimizer optimizer, Accumulation accumulation, @Nullable MovingAverage average) {
        return optimizer.spec().slots()
                + (accumulation.several() ? 1 : 0)
                + (average == null ? 0 : 1);
    }

    /** Enqueues what adds a batch up that no update follows. */
    void add() {
        run(ofPart);
    }

    /** Enqueues what makes the update's gradients those of all its batches. */
    void collect() {
        run(collected);
    }

    /** Enqueues the update. */
    void update() {
        run(ofLast);
    }

    private static void run(Update[] updates) {
        for (Update update : updates) {
            update.run();
        }
    }
}
