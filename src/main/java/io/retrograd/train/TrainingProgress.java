package io.retrograd.train;

import io.retrograd.optim.ReduceOnPlateau;
import io.retrograd.optim.ReduceOnPlateau.Memory;
import io.retrograd.tensor.Checks;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far a training has come: all of a {@link TrainingState} but its tensors.
 *
 * @param settings the network, the data, and the settings of the trainer, as texts
 * @param updates done
 * @param batches seen since the optimizer began
 * @param epochsBegun by whichever trainer of the model: the number of the last order of samples
 * @param draws the number of batches whose random numbers were drawn before the optimizer began
 * @param position in the epoch; null at the end of one
 * @param bestLoss the lowest loss that early stopping has seen; infinite before the first epoch
 * @param epochsSinceBest finished epochs since then
 * @param keepsBest whether the tensors of the best epoch are kept
 * @param plateau what {@link ReduceOnPlateau} remembers; null without one
 * @param rate what listeners have made of the learning rate
 * @param nextRate the same for the step that comes next, which does not know of the last one where
 *     steps are reported late
 * @param audit what is audited next; null without audits
 * @param epochs those that are finished
 */
public record TrainingProgress(
        Map<String, String> settings,
        long updates,
        long batches,
        long epochsBegun,
        long draws,
        @Nullable Position position,
        double bestLoss,
        int epochsSinceBest,
        boolean keepsBest,
        @Nullable Memory plateau,
        TrainingControl.Rate rate,
        TrainingControl.Rate nextRate,
        @Nullable NextAudit audit,
        List<EpochResult> epochs) {

    /**
     * A place within an epoch.
     *
     * @param batches of the epoch that have been trained on
     * @param samples in them
     * @param weightedLoss the sum of their losses, each times its number of samples
     * @param counts what the accuracy of each output has counted
     * @param seconds that they took
     */
    public record Position(
            int batches,
            int samples,
            double weightedLoss,
            List<List<Long>> counts,
            double seconds) {
        public Position {
            Checks.atLeast("TrainingProgress", "batches", 1, batches);
            Checks.atLeast("TrainingProgress", "samples", 1, samples);
            Checks.notNegative("TrainingProgress", "seconds", seconds);
            counts = List.copyOf(counts);
        }
    }

    /**
     * The audit that comes next.
     *
     * @param batch the first that may be audited
     * @param drawn operations that have been drawn
     */
    public record NextAudit(long batch, long drawn) {}

    public TrainingProgress {
        Checks.atLeast("TrainingProgress", "updates", 0, updates);
        Checks.atLeast("TrainingProgress", "batches", 0, batches);
        Checks.atLeast("TrainingProgress", "epochs begun", 0, epochsBegun);
        Checks.atLeast("TrainingProgress", "draws", 0, draws);
        Checks.atLeast("TrainingProgress", "epochs since the best", 0, epochsSinceBest);
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        epochs = List.copyOf(epochs);
    }

    /** In words, as in {@code update 120, epoch 3}. */
    public String where() {
        return String.format(
                "update %,d, %s epoch %d",
                updates,
                position == null ? "the end of" : "in",
                position == null ? epochs.size() : epochs.size() + 1);
    }
}
