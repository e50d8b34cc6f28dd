package io.retrograd.train;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The steps of a training: one of the full batch, and one of an epoch's smaller last batch. */
final class BoundSteps implements AutoCloseable {
    private final List<TrainStep> steps = new ArrayList<>();

    /**
     * Binds them.
     *
     * @param freezing in place of the plan's
     */
    BoundSteps(Trainer plan, Dataset dataset, Freezing freezing, Accumulation accumulation) {
        int[] sizes = Batch.sizes(dataset.size(), plan.batch);
        try {
            bind(plan, freezing, accumulation, sizes[0]);
            if (sizes.length > 1 && !plan.dropLast) {
                bindLast(plan, freezing, accumulation, sizes[1], dataset.size());
            }
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /** The number of steps of an epoch. */
    static int perEpoch(Trainer plan, int samples) {
        if (plan.dropLast && samples < plan.batch) {
            throw new IllegalArgumentException(
                    String.format(
                            "Trainer: expected at least %d samples, a full batch, as dropLast"
                                    + " leaves out smaller ones, got %d; make the batch smaller",
                            plan.batch, samples));
        }
        long rest = plan.dropLast ? 0 : plan.batch - 1L;
        return (int) ((samples + rest) / plan.batch);
    }

    private void bindLast(
            Trainer plan, Freezing freezing, Accumulation accumulation, int size, int samples) {
        try {
            bind(plan, freezing, accumulation, size);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    String.format(
                            "Trainer: the last batch of an epoch holds %d of the %d samples, the"
                                    + " remainder of batches of %d: %s; leave it out with"
                                    + " dropLast(true), or choose another batch size",
                            size, samples, plan.batch, e.getMessage()),
                    e);
        }
    }

    private void bind(Trainer plan, Freezing freezing, Accumulation accumulation, int size) {
        TrainStep step =
                new TrainStep(
                        plan.model,
                        plan.losses,
                        plan.optimizer,
                        freezing,
                        plan.regularization,
                        accumulation,
                        plan.average,
                        size);
        step.setEager(plan.eager);
        step.setBeforeUpdate(plan.beforeUpdate);
        steps.add(step);
    }

    /** Has some of the steps that follow audited. */
    void audit(@Nullable Auditor auditor) {
        steps.forEach(step -> step.setAuditor(auditor));
    }

    /** The networks of the steps, the full batch's first. */
    List<BoundNetwork> networks() {
        return steps.stream().map(TrainStep::network).toList();
    }

    /** The step that takes a batch of this size. */
    TrainStep of(int batch) {
        return steps.get(batch == steps.get(0).batch() ? 0 : 1);
    }

    @Override
    public void close() {
        steps.forEach(TrainStep::close);
    }
}
