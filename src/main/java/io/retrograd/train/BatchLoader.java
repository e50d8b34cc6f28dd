package io.retrograd.train;

import io.retrograd.tensor.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Draws the order of a data set's samples for each epoch, and fills batches in that order. */
final class BatchLoader {
    /** Shuffling draws from streams of its own, one an epoch. */
    private static final long SHUFFLE_STREAM = 1L << 61;

    private final Trainer plan;
    private final int[] order;

    /** For a step that runs and for the next, of full size; then one of the rest, if any. */
    private final List<Batch> batches = new ArrayList<>();

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
        boolean bytes = plan.augmentation == null;
        BoundNetwork full = networks.get(0);
        batches.add(new Batch(full, dataset, bytes, read));
        batches.add(new Batch(full, dataset, bytes, read));
        networks.subList(1, networks.size())
                .forEach(rest -> batches.add(new Batch(rest, dataset, bytes, read)));
    }

    /**
     * Shuffles the samples: a pure function of the seed and the epoch.
     *
     * @param epoch its number among all of the model
     */
    void begin(long epoch) {
        draw = epoch;
        Arrays.setAll(order, i -> i);
        Philox.shuffle(order, plan.seed, SHUFFLE_STREAM + epoch);
    }

    /** The batch of a step, which begins with the sample at {@code start} of the order. */
    Batch load(int step, int start) {
        boolean full = order.length - start >= batches.get(0).size();
        Batch batch = batches.get(full ? step % 2 : 2);
        for (int n = 0; n < batch.size(); n++) {
            int index = order[start + n];
            batch.load(index, n);
            if (plan.augmentation != null) {
                long change = (draw - 1) * order.length + index;
                batch.augment(plan.augmentation, n, plan.seed, change);
            }
        }
        return batch;
    }
}
