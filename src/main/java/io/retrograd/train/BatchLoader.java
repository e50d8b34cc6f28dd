package io.retrograd.train;

import io.retrograd.tensor.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Draws the order of a data set's samples for each epoch, and fills batches in that order. */
final class BatchLoader {
    /** Shuffling draws from streams of its own, one an epoch. */
    private static final long SHUFFLE_STREAM = 1L << 61;

    private final Trainer plan;
    private final Dataset dataset;
    private final int[] order;

    /** For a step that runs and for the next, of full size; then one of the rest, if any. */
    private final List<Batch> batches = new ArrayList<>();

    /** The epoch's number among all of the model. */
    private long draw;

    BatchLoader(Trainer plan, Dataset dataset) {
        this.plan = plan;
        this.dataset = dataset;
        order = new int[dataset.size()];
        int largestPixel = plan.augmentation == null ? dataset.largestPixel() : 0;
        int[] sizes = Batch.sizes(dataset.size(), plan.batch);
        batches.add(new Batch(plan.model, sizes[0], largestPixel));
        batches.add(new Batch(plan.model, sizes[0], largestPixel));
        if (sizes.length > 1 && !plan.dropLast) {
            batches.add(new Batch(plan.model, sizes[1], largestPixel));
        }
    }

    /** The number of classes that the network distinguishes. */
    int classes() {
        return batches.get(0).classes();
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
        boolean full = dataset.size() - start >= batches.get(0).size();
        Batch batch = batches.get(full ? step % 2 : 2);
        for (int n = 0; n < batch.size(); n++) {
            int index = order[start + n];
            int offset = batch.load(dataset, index, n);
            if (plan.augmentation != null) {
                long change = (draw - 1) * dataset.size() + index;
                plan.augmentation.apply(
                        batch.x(), offset, dataset.sampleShape(), plan.seed, change);
            }
        }
        return batch;
    }
}
