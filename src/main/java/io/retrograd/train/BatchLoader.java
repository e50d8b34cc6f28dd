package io.retrograd.train;

import io.retrograd.tensor.Draw;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** Draws the order of a data set's samples for each epoch, and fills batches in that order. */
final class BatchLoader implements AutoCloseable {
    private final Trainer plan;
    private final int[] order;
    private final Prefetch prefetch;

    /** The epoch's number among all of the model. */
    private long draw;

    /**
     * A loader.
     *
     * @param networks of the full batch, and of the rest, if any
     * @param read the outputs that are looked at
     */
    BatchLoader(
            Trainer plan, Dataset dataset, List<BoundNetwork> networks, Collection<String> read) {
        this.plan = plan;
        order = new int[dataset.size()];
        boolean asTheyAre = plan.augmentation == null;
        List<Batch> full = new ArrayList<>();
        while (full.size() < Prefetch.batches(plan.workers)) {
            full.add(new Batch(networks.get(0), dataset, asTheyAre, read));
        }
        Batch rest =
                networks.size() > 1 ? new Batch(networks.get(1), dataset, asTheyAre, read) : null;
        prefetch = new Prefetch(plan.workers, order.length, full, rest, this::fill);
    }

    /**
     * Draws the order of the samples: a pure function of the seed and the epoch.
     *
     * @param epoch its number among all of the model
     */
    void begin(long epoch) {
        prefetch.begin();
        draw = epoch;
        plan.sampler.order(order, plan.seed, epoch);
    }

    /** The batch of a step of the epoch, from 1. */
    Batch load(int step) {
        return prefetch.batch(step);
    }

    /** Seconds that training has waited for batches in this epoch. */
    double waitedSeconds() {
        return prefetch.waitedSeconds();
    }

    private void fill(Batch batch, int place, int n) {
        int index = Objects.checkIndex(order[place], order.length);
        batch.load(index, n, new Draw(plan.seed, (draw - 1) * order.length + place));
        if (plan.augmentation != null) {
            long change = (draw - 1) * order.length + index;
            batch.augment(plan.augmentation, n, plan.seed, change);
        }
    }

    @Override
    public void close() {
        prefetch.close();
    }
}
