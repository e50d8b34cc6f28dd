package io.retrograd.train;

import io.retrograd.metric.Accuracy;
import io.retrograd.metric.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Sums the results of batches. */
final class Tally {
    private final List<ScoredOutput> scores;
    private final List<Metric.Accumulator> accumulators = new ArrayList<>();
    private final @Nullable ConfusionMatrix confusion;
    private double weightedLoss;
    private int samples;

    Tally(List<ScoredOutput> scores) {
        this.scores = scores;
        scores.forEach(score -> accumulators.add(score.metric().start(score.sample())));
        ScoredOutput first = scores.isEmpty() ? null : scores.get(0);
        confusion =
                first != null && first.metric() instanceof Accuracy && first.sample().rank() == 1
                        ? new ConfusionMatrix(first.sample().dim(0))
                        : null;
    }

    /** Goes on from a place within an epoch. */
    void addAll(TrainingProgress.Position position) {
        weightedLoss += position.weightedLoss();
        samples += position.samples();
        for (int i = 0; i < Math.min(accumulators.size(), position.counts().size()); i++) {
            accumulators.get(i).addCounts(position.counts().get(i));
        }
    }

    /** This place within an epoch. */
    TrainingProgress.Position position(int batches, double seconds) {
        return new TrainingProgress.Position(
                batches,
                samples,
                weightedLoss,
                accumulators.stream().map(Metric.Accumulator::counts).toList(),
                seconds);
    }

    /** Adds a batch whose outputs have been read. */
    void add(Batch batch, double loss) {
        weightedLoss += loss * batch.size();
        samples += batch.size();
        for (int i = 0; i < scores.size(); i++) {
            ScoredOutput score = scores.get(i);
            accumulators.get(i).add(output(batch, score), target(batch, score), batch.size());
        }
        if (confusion != null) {
            ScoredOutput score = scores.get(0);
            confusion.add(output(batch, score), target(batch, score), batch.size());
        }
    }

    private static double[] output(Batch batch, ScoredOutput score) {
        return Objects.requireNonNull(batch.outputs().get(score.output()));
    }

    private static double[] target(Batch batch, ScoredOutput score) {
        return score.labels(batch.target(score.target()), batch.size());
    }

    int samples() {
        return samples;
    }

    /** The mean of the batches' losses, each weighted by its number of samples. */
    double loss() {
        return weightedLoss / samples;
    }

    /** The first accuracy; NaN where no output has class labels. */
    double accuracy() {
        return !scores.isEmpty() && scores.get(0).metric() instanceof Accuracy
                ? accumulators.get(0).value()
                : Double.NaN;
    }

    Evaluation evaluation() {
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (int i = 0; i < scores.size(); i++) {
            metrics.put(scores.get(i).name(), accumulators.get(i).value());
        }
        return new Evaluation(loss(), accuracy(), confusion, metrics);
    }
}
