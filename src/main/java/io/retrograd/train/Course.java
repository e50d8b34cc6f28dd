package io.retrograd.train;

import io.retrograd.optim.ReduceOnPlateau;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a training has come to: the finished epochs, and the parameters that it may go back to. */
final class Course {
    private final Trainer plan;
    private final ReduceOnPlateau.@Nullable State plateau;
    private final List<EpochResult> results = new ArrayList<>();
    private Snapshot lastGood;
    private @Nullable Snapshot best;
    private double bestLoss = Double.POSITIVE_INFINITY;
    private int epochsSinceBest;

    /** Before the first epoch. */
    Course(Trainer plan) {
        this.plan = plan;
        plateau = plan.plateau == null ? null : plan.plateau.start();
        lastGood = new Snapshot(plan.model.parameters());
    }

    /** As a state of the same training says. */
    Course(Trainer plan, TrainingState state) {
        this.plan = plan;
        TrainingProgress progress = state.progress();
        ReduceOnPlateau.Memory memory = progress.plateau();
        plateau = plan.plateau == null || memory == null ? null : plan.plateau.start(memory);
        lastGood = StateTensors.lastGood(state, plan.model.parameters());
        best = progress.keepsBest() ? StateTensors.best(state, plan.model.parameters()) : null;
        bestLoss = progress.bestLoss();
        epochsSinceBest = progress.epochsSinceBest();
        results.addAll(progress.epochs());
    }

    /** What the plateau makes of the learning rate. */
    double rateFactor() {
        return plateau == null ? 1 : plateau.factor();
    }

    /**
     * Takes note of a finished epoch.
     *
     * @param now its last parameters
     * @param shown those that were evaluated
     */
    void add(EpochResult result, Snapshot now, Snapshot shown) {
        lastGood = now;
        epochsSinceBest++;
        double monitored = result.monitoredLoss();
        if (monitored < bestLoss) {
            bestLoss = monitored;
            epochsSinceBest = 0;
            best = plan.restoreBest ? shown : null;
        }
        if (plateau != null) {
            plateau.observe(monitored);
        }
        results.add(result);
    }

    /** Whether early stopping has waited long enough. */
    boolean stalled() {
        return epochsSinceBest >= plan.patience;
    }

    /** The number of finished epochs. */
    int epochs() {
        return results.size();
    }

    History history(History.End end) {
        return new History(results, end);
    }

    Snapshot lastGood() {
        return lastGood;
    }

    String lastGoodEpoch() {
        return results.isEmpty() ? "before training" : "the end of epoch " + results.size();
    }

    /** The parameters of the best epoch; null if they are not kept. */
    @Nullable Snapshot best() {
        return best;
    }

    /** All of this but the parameters, with where the training is. */
    TrainingProgress progress(
            Map<String, String> settings,
            Model model,
            TrainingProgress.@Nullable Position position,
            TrainingControl.Rate rate,
            TrainingControl.Rate nextRate,
            TrainingProgress.@Nullable NextAudit audit) {
        return new TrainingProgress(
                settings,
                model.steps(),
                model.counts().batches(),
                model.counts().epochs(),
                model.declared().draws(),
                position,
                bestLoss,
                epochsSinceBest,
                best != null,
                plateau == null ? null : plateau.memory(),
                rate,
                nextRate,
                audit,
                results);
    }
}
