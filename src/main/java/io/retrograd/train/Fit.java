package io.retrograd.train;

import io.retrograd.backend.Selection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One run of a trainer over a data set. */
final class Fit implements AutoCloseable {
    private final Trainer plan;
    private final Model model;
    private final Dataset dataset;

    private BoundSteps steps;
    private BatchLoader loader;
    private final List<ScoredOutput> scores;
    private final Set<String> read;
    private final @Nullable Auditor auditor;
    private final @Nullable Evaluator validator;
    private final int stepsPerEpoch;
    private final Accumulation accumulation;
    private final TrainingControl control;
    private Freezing freezing;

    /** Whether a step is reported while the next one runs. */
    private final boolean late;

    private final Course course;
    private final @Nullable Checkpointing checkpoints;

    /** By which a state knows its training; empty where there are no states. */
    private final Map<String, String> settings;

    /** The place in the epoch to go on from, once. */
    private TrainingProgress.@Nullable Position resumed;

    /** The rate of the next step, where the control has a newer one already. */
    private TrainingControl.@Nullable Rate nextRate;

    private boolean told;

    Fit(Trainer plan, Dataset dataset) {
        Batch.check(dataset, plan.model);
        this.plan = plan;
        this.dataset = dataset;
        model = plan.model;
        control = new TrainingControl(model);
        stepsPerEpoch = BoundSteps.perEpoch(plan, dataset.size());
        accumulation = new Accumulation(plan.accumulate);
        freezing = plan.freezing.at(plan.resumed);
        late =
                model.declared().backend().runsBehind()
                        && plan.listeners.stream().noneMatch(TrainingListener::holdsNextStep);
        TrainingState state = plan.resumed;
        settings =
                plan.store == null && state == null ? Map.of() : TrainingSettings.of(plan, dataset);
        if (state == null) {
            model.counts().restartOptimizer();
        } else {
            TrainingSettings.check(settings, state.progress().settings());
            long frozen = plan.freezing.equals(freezing) ? 0 : plan.freezing.epochs();
            model.counts().resume(state.progress(), frozen * accumulation.updates(stepsPerEpoch));
        }
        // First, as the first to be bound decides how parameters are laid out.
        steps = new BoundSteps(plan, dataset, freezing, accumulation);
        try {
            scores = ScoredOutput.accuracies(steps.networks().get(0));
            read = scores.stream().map(ScoredOutput::output).collect(Collectors.toSet());
            validator = plan.validation == null ? null : new Evaluator(plan, plan.validation);
            auditor = plan.audit == null ? null : new Auditor(plan.audit, model.parameters());
            steps.audit(auditor);
            course = state == null ? new Course(plan) : resume(state);
            checkpoints =
                    plan.store == null
                            ? null
                            : new Checkpointing(
                                    plan.store, plan.every, model.steps(), course.epochs());
            loader = loader();
        } catch (RuntimeException | Error e) {
            steps.close();
            throw e;
        }
    }

    History run() {
        History.End end = course.stalled() ? History.End.EARLY_STOP : History.End.FINISHED;
        plan.listeners.forEach(listener -> listener.onStart(control));
        if (plan.resumed != null) {
            control.restore(plan.resumed.progress().rate());
            nextRate = plan.resumed.progress().nextRate();
        }
        while (course.epochs() < plan.epochs && end == History.End.FINISHED) {
            end = epoch(course.epochs() + 1);
        }
        if (checkpoints != null) {
            checkpoints.await();
        }
        if (auditor != null) {
            auditor.await().ifPresent(this::report);
        }
        Snapshot best = course.best();
        if (best != null) {
            best.restore();
        } else if (plan.average != null) {
            averages().restore();
        }
        return course.history(end);
    }

    private Course resume(TrainingState state) {
        TrainingProgress progress = state.progress();
        TrainingProgress.Position position = progress.position();
        if (position != null && position.batches() >= stepsPerEpoch) {
            throw new ResumeException(
                    String.format(
                            "Trainer: expected a state within the %d batches of an epoch, got one"
                                    + " after batch %d",
                            stepsPerEpoch, position.batches()));
        }
        StateTensors.restore(state, model.parameters(), progress.keepsBest());
        resumed = position;
        if (auditor != null && progress.audit() != null) {
            auditor.resume(progress.audit());
        }
        return new Course(plan, state);
    }

    private BatchLoader loader() {
        return new BatchLoader(plan, dataset, steps.networks(), read);
    }

    /** Goes on with steps that train what was frozen so far, and with an optimizer that is new. */
    private void unfreeze() {
        freezing = Freezing.none();
        steps.close();
        model.counts().restartUpdates();
        steps = new BoundSteps(plan, dataset, freezing, accumulation);
        steps.audit(auditor);
        loader.close();
        loader = loader();
    }

    private Selection trained() {
        return freezing.trained(plan.optimizer.selection(model.parameters()));
    }

    private Snapshot averages() {
        return MovingAverage.snapshot(trained());
    }

    /** A step that has been enqueued and not yet reported. */
    private record Running(
            TrainStep step,
            Batch batch,
            long batchNumber,
            long number,
            int epoch,
            int inEpoch,
            double rate) {
        /** Where the step keeps its results: not where the next one does. */
        int slot() {
            return inEpoch % TrainStep.SLOTS;
        }
    }

    /** The reason to stop; FINISHED to continue. */
    private History.End epoch(int epoch) {
        if (epoch - 1 == freezing.epochs()) {
            unfreeze();
        }
        TrainingProgress.Position from = resumed;
        resumed = null;
        loader.begin(from == null ? model.counts().nextEpoch() : model.counts().epochs());
        Tally tally = new Tally(scores);
        long begin = System.nanoTime();
        if (from != null) {
            tally.addAll(from);
            begin -= (long) (from.seconds() * 1e9);
        }
        int first = from == null ? 1 : from.batches() + 1;
        Batch batch = loader.load(first);
        Running last = null;
        for (int step = first; step <= stepsPerEpoch; step++) {
            Running running = begin(batch, epoch, step, last, tally);
            if (late && last != null && stopsAfter(last, tally)) {
                return History.End.LISTENER;
            }
            // The next batch is made while the device computes.
            batch = step < stepsPerEpoch ? loader.load(step + 1) : batch;
            if (!late && stopsAfter(running, tally)) {
                return History.End.LISTENER;
            }
            last = running;
            if (step < stepsPerEpoch && keeps()) {
                nextRate = late ? control.rate() : null;
                if (late && stopsAfter(last, tally)) {
                    return History.End.LISTENER;
                }
                last = null;
                if (stops(tally.position(step, seconds(begin)))) {
                    return History.End.INTERRUPTED;
                }
            }
        }
        if (late && last != null && stopsAfter(last, tally)) {
            return History.End.LISTENER;
        }
        double rate = last == null ? 0 : last.rate;
        EpochResult result = finishEpoch(epoch, tally, rate, seconds(begin));
        boolean stop = false;
        for (TrainingListener listener : plan.listeners) {
            stop |= listener.onEpoch(result) == TrainingListener.Next.STOP;
        }
        if (stop) {
            return History.End.LISTENER;
        }
        if (keeps() && stops(/* position= */ null)) {
            return History.End.INTERRUPTED;
        }
        return course.stalled() ? History.End.EARLY_STOP : History.End.FINISHED;
    }

    private static double seconds(long begin) {
        return (System.nanoTime() - begin) * 1e-9;
    }

    /** Whether the training is between two updates, and a checkpoint is due or it has to stop. */
    private boolean keeps() {
        boolean due = checkpoints != null && checkpoints.due(model.steps(), course.epochs());
        return accumulation.between() && (due || told());
    }

    /** Has a checkpoint written; whether the training has to stop. */
    private boolean stops(TrainingProgress.@Nullable Position position) {
        if (checkpoints != null) {
            checkpoints.write(
                    new TrainingState(
                            course.progress(
                                    settings,
                                    model,
                                    position,
                                    control.rate(),
                                    nextRate == null ? control.rate() : nextRate,
                                    auditor == null ? null : auditor.next()),
                            StateTensors.copy(model.parameters(), course)));
        }
        return told();
    }

    /** Whether the training was ever told to stop. */
    private boolean told() {
        told |= plan.stop.getAsBoolean();
        return told;
    }

    /**
     * Enqueues a step.
     *
     * @param last the step before in this epoch, which is reported first if this one is refused
     */
    private Running begin(
            Batch batch, int epoch, int inEpoch, @Nullable Running last, Tally tally) {
        double rate = learningRate();
        TrainStep step = steps.of(batch.size());
        step.setLearningRate(rate);
        if (inEpoch == stepsPerEpoch) {
            accumulation.endWithNext();
        }
        try {
            step.run(batch);
        } catch (RuntimeException e) {
            if (late && last != null) {
                stopsAfter(last, tally);
            }
            throw e;
        }
        Running running =
                new Running(
                        step, batch, model.counts().batches(), model.steps(), epoch, inEpoch, rate);
        step.take(running.slot(), read);
        return running;
    }

    private double learningRate() {
        double rate =
                plan.optimizer.learningRate()
                        * plan.schedule.factor(
                                model.steps(), accumulation.updates(stepsPerEpoch), plan.epochs);
        TrainingControl.Rate change = nextRate == null ? control.rate() : nextRate;
        nextRate = null;
        return change.of(rate * course.rateFactor());
    }

    /** Waits for a step, counts and reports it; whether a listener ends the training with it. */
    private boolean stopsAfter(Running running, Tally tally) {
        double loss = running.step.taken(running.slot(), running.batch.outputs());
        if (!Double.isFinite(loss)) {
            model.counts().forgetStepsBehind(running.batchNumber, running.number);
            throw diverged("loss", Double.toString(loss), running.epoch, running.rate);
        }
        if (auditor != null) {
            auditor.poll().ifPresent(this::report);
        }
        tally.add(running.batch, loss);
        StepResult result =
                new StepResult(
                        running.epoch,
                        plan.epochs,
                        running.inEpoch,
                        stepsPerEpoch,
                        tally.samples(),
                        loss,
                        tally.loss(),
                        tally.accuracy(),
                        running.rate);
        boolean stop = false;
        for (TrainingListener listener : plan.listeners) {
            stop |= listener.onStep(result) == TrainingListener.Next.STOP;
        }
        return stop;
    }

    private void report(AuditResult audit) {
        plan.listeners.forEach(listener -> listener.onAudit(audit));
        if (!audit.passed() && plan.audit != null && plan.audit.stops()) {
            course.lastGood().restore();
            throw new AuditException(
                    audit.message()
                            + "; the algorithm, the kernel or the device computes wrongly: check it"
                            + " with `retrograd gradcheck`, train deterministically or on another"
                            + " device. The model has the parameters from "
                            + course.lastGoodEpoch()
                            + " again",
                    course.history(History.End.AUDIT));
        }
    }

    /** Evaluates, and remembers the parameters to go back to. */
    private EpochResult finishEpoch(int epoch, Tally tally, double rate, double seconds) {
        Snapshot now = new Snapshot(model.parameters());
        String bad = now.notFinite();
        if (!bad.isEmpty()) {
            throw diverged(bad, "NaN or an infinity", epoch, rate);
        }
        Snapshot shown = now;
        if (plan.average != null) {
            shown = averages();
            shown.restore();
        }
        Evaluation evaluation = validator == null ? null : validator.run();
        double penalty = plan.regularization.penalty(trained());
        if (plan.average != null) {
            now.restore();
        }
        EpochResult result =
                new EpochResult(
                        epoch,
                        model.steps(),
                        tally.loss(),
                        tally.accuracy(),
                        penalty,
                        evaluation,
                        rate,
                        seconds,
                        tally.samples() / seconds,
                        loader.waitedSeconds());
        double monitored = result.monitoredLoss();
        if (!Double.isFinite(monitored)) {
            throw diverged(
                    evaluation == null ? "mean loss" : "validation loss",
                    Double.toString(monitored),
                    epoch,
                    rate);
        }
        course.add(result, now, shown);
        return result;
    }

    private DivergenceException diverged(String what, String value, int epoch, double rate) {
        course.lastGood().restore();
        return new DivergenceException(
                String.format(
                        "Trainer: expected a finite %s, got %s in step %d (epoch %d, learning rate"
                                + " %s); lower the learning rate, warm it up or clip gradients. The"
                                + " model has the parameters from %s again",
                        what, value, model.steps(), epoch, rate, course.lastGoodEpoch()),
                course.history(History.End.DIVERGED));
    }

    @Override
    public void close() {
        if (checkpoints != null) {
            checkpoints.close();
        }
        if (auditor != null) {
            auditor.close();
        }
        loader.close();
        steps.close();
        if (validator != null) {
            validator.close();
        }
    }
}
