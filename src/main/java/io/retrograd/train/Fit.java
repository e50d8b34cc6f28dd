package io.retrograd.train;

import io.retrograd.optim.ReduceOnPlateau;
import io.retrograd.tensor.Philox;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run of a trainer over a data set. */
final class Fit implements AutoCloseable {
    /** Shuffling draws from streams of its own, one an epoch. */
    private static final long SHUFFLE_STREAM = 1L << 61;

    private final Trainer plan;
    private final Model model;
    private final Dataset dataset;

    /** For a step that runs and for the next, of full size; then one of the rest, if any. */
    private final List<Batch> batches = new ArrayList<>();

    private final List<TrainStep> steps = new ArrayList<>();
    private final @Nullable Auditor auditor;
    private final @Nullable Evaluator validator;
    private final ReduceOnPlateau.@Nullable State plateau;
    private final int stepsPerEpoch;
    private final int[] order;
    private final List<EpochResult> results = new ArrayList<>();
    private Snapshot lastGood;
    private @Nullable Snapshot best;
    private double bestLoss = Double.POSITIVE_INFINITY;
    private int epochsSinceBest;

    /** The epoch's number among all of the model. */
    private long draw;

    Fit(Trainer plan, Dataset dataset) {
        Batch.check(dataset, plan.model);
        this.plan = plan;
        this.dataset = dataset;
        model = plan.model;
        plateau = plan.plateau == null ? null : plan.plateau.start();
        stepsPerEpoch = steps(plan, dataset.size());
        model.restartOptimizer();
        order = new int[dataset.size()];
        try {
            // First, as the first to be bound decides how parameters are laid out.
            bindSteps();
            validator =
                    plan.validation == null
                            ? null
                            : new Evaluator(model, plan.loss, plan.validation, plan.batch);
            lastGood = new Snapshot(model.parameters());
            auditor = plan.audit == null ? null : new Auditor(plan.audit, model.parameters());
            steps.forEach(step -> step.setAuditor(auditor));
        } catch (RuntimeException | Error e) {
            steps.forEach(TrainStep::close);
            throw e;
        }
    }

    History run() {
        History.End end = History.End.FINISHED;
        for (int epoch = 1; epoch <= plan.epochs && end == History.End.FINISHED; epoch++) {
            end = epoch(epoch);
        }
        if (auditor != null) {
            auditor.await().ifPresent(this::tell);
        }
        if (best != null) {
            best.restore();
        }
        return new History(results, end);
    }

    private static int steps(Trainer plan, int samples) {
        if (plan.dropLast && samples < plan.batch) {
            throw new IllegalArgumentException(
                    String.format(
                            "Trainer: expected at least %d samples, a full batch, as dropLast"
                                    + " leaves out what is less, got %d; make the batch smaller",
                            plan.batch, samples));
        }
        long rest = plan.dropLast ? 0 : plan.batch - 1L;
        return (int) ((samples + rest) / plan.batch);
    }

    private void bindSteps() {
        int[] sizes = Batch.sizes(dataset.size(), plan.batch);
        batches.add(new Batch(model, sizes[0]));
        bindStep(sizes[0]);
        if (sizes.length > 1 && !plan.dropLast) {
            try {
                bindStep(sizes[1]);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        String.format(
                                "Trainer: the last batch of an epoch holds %d of the %d samples,"
                                        + " what batches of %d leave over: %s; leave it out with"
                                        + " dropLast(true) (train --drop-last), or take another"
                                        + " batch size",
                                sizes[1], dataset.size(), plan.batch, e.getMessage()),
                        e);
            }
        }
    }

    private void bindStep(int size) {
        batches.add(new Batch(model, size));
        TrainStep step = new TrainStep(model, plan.loss, plan.optimizer, plan.regularization, size);
        step.setEager(plan.eager);
        steps.add(step);
    }

    /** FINISHED where training goes on. */
    private History.End epoch(int epoch) {
        draw = model.nextEpoch();
        shuffle(draw);
        long begin = System.nanoTime();
        Tally tally = new Tally(batches.get(0).classes());
        double rate = 0;
        Batch batch = load(1, 0);
        for (int step = 1; step <= stepsPerEpoch; step++) {
            rate = learningRate();
            TrainStep bound = steps.get(batch.size() == steps.get(0).batch() ? 0 : 1);
            bound.setLearningRate(rate);
            bound.run(batch.x(), batch.labels());
            // The next batch is made while the device computes.
            int start = tally.samples() + batch.size();
            Batch following = step < stepsPerEpoch ? load(step + 1, start) : batch;
            double loss = result(bound, batch, rate, epoch);
            tally.add(batch, loss);
            batch = following;
            if (tell(epoch, step, tally, loss, rate)) {
                return History.End.LISTENER;
            }
        }
        double seconds = (System.nanoTime() - begin) * 1e-9;
        EpochResult result = result(epoch, tally, rate, seconds);
        results.add(result);
        boolean stop = false;
        for (TrainingListener listener : plan.listeners) {
            stop |= listener.onEpoch(result) == TrainingListener.Next.STOP;
        }
        if (stop) {
            return History.End.LISTENER;
        }
        return epochsSinceBest >= plan.patience ? History.End.EARLY_STOP : History.End.FINISHED;
    }

    /** The batch of a step, which begins with the sample at {@code start} of the order. */
    private Batch load(int step, int start) {
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

    private double learningRate() {
        double rate =
                plan.optimizer.learningRate()
                        * plan.schedule.factor(model.steps(), stepsPerEpoch, plan.epochs);
        return plateau == null ? rate : rate * plateau.factor();
    }

    /** Reads the loss, which it gives, and the outputs: waits for the step. */
    private double result(TrainStep step, Batch batch, double rate, int epoch) {
        double loss = step.loss();
        if (!Double.isFinite(loss)) {
            throw diverged("loss", Double.toString(loss), epoch, rate);
        }
        step.output(batch.output());
        if (auditor != null) {
            auditor.poll().ifPresent(this::tell);
        }
        return loss;
    }

    private void tell(AuditResult audit) {
        plan.listeners.forEach(listener -> listener.onAudit(audit));
        if (!audit.passed() && plan.audit != null && plan.audit.stops()) {
            lastGood.restore();
            throw new AuditException(
                    audit.message()
                            + "; the algorithm, the kernel or the device computes wrongly: check it"
                            + " with `retrograd gradcheck`, train with --deterministic or on another"
                            + " device. The model has the parameters from "
                            + lastGoodEpoch()
                            + " again",
                    new History(results, History.End.AUDIT));
        }
    }

    private boolean tell(int epoch, int step, Tally tally, double loss, double rate) {
        StepResult result =
                new StepResult(
                        epoch,
                        plan.epochs,
                        step,
                        stepsPerEpoch,
                        tally.samples(),
                        loss,
                        tally.loss(),
                        tally.accuracy(),
                        rate);
        boolean stop = false;
        for (TrainingListener listener : plan.listeners) {
            stop |= listener.onStep(result) == TrainingListener.Next.STOP;
        }
        return stop;
    }

    private EpochResult result(int epoch, Tally tally, double rate, double seconds) {
        Snapshot now = new Snapshot(model.parameters());
        String bad = now.notFinite();
        if (!bad.isEmpty()) {
            throw diverged(bad, "NaN or an infinity", epoch, rate);
        }
        Evaluation evaluation = validator == null ? null : validator.run();
        EpochResult result =
                new EpochResult(
                        epoch,
                        model.steps(),
                        tally.loss(),
                        tally.accuracy(),
                        plan.regularization.penalty(model.parameters()),
                        evaluation,
                        rate,
                        seconds,
                        tally.samples() / seconds);
        double monitored = result.monitoredLoss();
        if (!Double.isFinite(monitored)) {
            throw diverged(
                    evaluation == null ? "mean loss" : "validation loss",
                    Double.toString(monitored),
                    epoch,
                    rate);
        }
        lastGood = now;
        judge(monitored, now);
        return result;
    }

    private void judge(double monitored, Snapshot now) {
        epochsSinceBest++;
        if (monitored < bestLoss) {
            bestLoss = monitored;
            epochsSinceBest = 0;
            best = plan.restoreBest ? now : null;
        }
        if (plateau != null) {
            plateau.observe(monitored);
        }
    }

    private DivergenceException diverged(String what, String value, int epoch, double rate) {
        lastGood.restore();
        return new DivergenceException(
                String.format(
                        "Trainer: expected a finite %s, got %s in step %d (epoch %d, learning rate"
                                + " %s); lower the learning rate, warm it up or clip gradients. The"
                                + " model has the parameters from %s again",
                        what, value, model.steps(), epoch, rate, lastGoodEpoch()),
                new History(results, History.End.DIVERGED));
    }

    private String lastGoodEpoch() {
        return results.isEmpty() ? "before training" : "the end of epoch " + results.size();
    }

    /** A permutation by Fisher and Yates, a pure function of seed and epoch. */
    private void shuffle(long epoch) {
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        for (int i = order.length - 1; i > 0; i--) {
            double u = Philox.uniform(plan.seed, SHUFFLE_STREAM + epoch, i);
            int j = (int) (u * (i + 1));
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
    }

    @Override
    public void close() {
        if (auditor != null) {
            auditor.close();
        }
        steps.forEach(TrainStep::close);
        if (validator != null) {
            validator.close();
        }
    }
}
