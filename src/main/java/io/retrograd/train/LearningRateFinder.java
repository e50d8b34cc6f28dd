package io.retrograd.train;

import io.retrograd.optim.Schedule;
import io.retrograd.tensor.Checks;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The learning rate range test: trains with a rate that rises exponentially from step to step until
 * the loss is {@code divergence} times its least, and then puts the model back.
 *
 * <pre>
 *   rate[i]     = lowest · (highest / lowest)^(i / (steps − 1)),   i = 0 … steps − 1
 *   average[i]  = β · average[i−1] + (1 − β) · loss[i],            average[−1] = 0
 *   smoothed[i] = average[i] / (1 − β^(i+1))
 * </pre>
 *
 * <p>The loss of a step is that before its update. Source: L. Smith, Cyclical learning rates for
 * training neural networks, 2017; smoothing and suggestions as fastai's {@code lr_find} has them.
 *
 * @param lowest the first rate, above 0
 * @param highest the last one, above the first
 * @param steps at least 2
 * @param smoothing β, in [0, 1)
 * @param divergence above 1
 */
public record LearningRateFinder(
        double lowest, double highest, int steps, double smoothing, double divergence) {
    private static final String NAME = "LearningRateFinder";

    /** The share of the steps whose smoothed losses follow too few others to tell something. */
    private static final int FIRST = 10;

    /** From 1e-7 to 10 in 100 steps, smoothed by 0.98, until 4 times the least loss. */
    public LearningRateFinder() {
        this(1e-7, 10, 100, 0.98, 4);
    }

    public LearningRateFinder {
        Checks.positive(NAME, "lowest rate", lowest);
        Checks.positive(NAME, "highest rate", highest);
        Checks.atLeast(NAME, "steps", 2, steps);
        if (!(highest > lowest)) {
            throw new IllegalArgumentException(
                    String.format(
                            "%s: expected a highest rate above the lowest, %s, got %s",
                            NAME, lowest, highest));
        }
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException(
                    NAME + ": expected a smoothing in [0, 1), got " + smoothing);
        }
        if (!(divergence > 1)) {
            throw new IllegalArgumentException(
                    NAME + ": expected a divergence above 1, got " + divergence);
        }
    }

    /** The rates of the first step and of the last. */
    public LearningRateFinder range(double first, double last) {
        return new LearningRateFinder(first, last, steps, smoothing, divergence);
    }

    public LearningRateFinder steps(int count) {
        return new LearningRateFinder(lowest, highest, count, smoothing, divergence);
    }

    public LearningRateFinder smoothing(double beta) {
        return new LearningRateFinder(lowest, highest, steps, beta, divergence);
    }

    public LearningRateFinder divergence(double factor) {
        return new LearningRateFinder(lowest, highest, steps, smoothing, factor);
    }

    /**
     * One step.
     *
     * @param loss before its update
     * @param smoothed the average of the losses until then
     */
    public record Point(double rate, double loss, double smoothed) {}

    /**
     * What the test gives.
     *
     * @param points one a step, until the loss diverged
     * @param diverged whether it did
     */
    public record Result(List<Point> points, boolean diverged) {
        public Result {
            points = List.copyOf(points);
        }

        /** Those that the suggestions look at: without the first tenth. */
        private List<Point> settled() {
            return points.subList(points.size() / FIRST, points.size());
        }

        /**
         * The rate at which the smoothed loss falls fastest over the logarithm of the rate; empty
         * if it falls nowhere.
         */
        public OptionalDouble steepest() {
            List<Point> seen = settled();
            double least = 0;
            OptionalDouble rate = OptionalDouble.empty();
            for (int i = 0; i + 1 < seen.size(); i++) {
                // Rates are equally far from each other on that scale.
                double slope = seen.get(i + 1).smoothed - seen.get(i).smoothed;
                if (slope < least) {
                    least = slope;
                    rate = OptionalDouble.of(seen.get(i).rate);
                }
            }
            return rate;
        }

        /**
         * A tenth of the rate at which the smoothed loss is least; empty if it is least at the
         * beginning.
         */
        public OptionalDouble minimumOverTen() {
            List<Point> seen = settled();
            int best = 0;
            for (int i = 1; i < seen.size(); i++) {
                best = seen.get(i).smoothed < seen.get(best).smoothed ? i : best;
            }
            return best == 0 ? OptionalDouble.empty() : OptionalDouble.of(seen.get(best).rate / 10);
        }
    }

    /**
     * Runs the test with a trainer's settings, but its rates, its validation, early stopping,
     * averages, audits and listeners. Afterwards parameters, running statistics and the model's
     * random numbers are what they were; the optimizer's memory is empty, as when a trainer begins.
     *
     * @throws IllegalArgumentException if the optimizer's learning rate is 0, or as {@link
     *     Trainer#fit}
     */
    public Result find(Trainer trainer, Dataset dataset) {
        if (!(trainer.optimizer.learningRate() > 0)) {
            throw new IllegalArgumentException(
                    NAME + ": expected an optimizer with a learning rate above 0, got 0");
        }
        Model model = trainer.model;
        model.enter();
        try {
            Counts.Moment begun = model.counts().now();
            Snapshot before = new Snapshot(model.parameters());
            Watch watch = new Watch(trainer.accumulate);
            try {
                trainer.rangeTest(rates(trainer.optimizer.learningRate()), steps, watch)
                        .fit(dataset);
            } catch (DivergenceException e) {
                watch.diverged = true;
            } finally {
                before.restore();
                model.parameters().clearSlots();
                model.counts().goBackTo(begun);
            }
            return new Result(watch.points, watch.diverged);
        } finally {
            model.exit();
        }
    }

    private Schedule rates(double optimizersRate) {
        return (step, stepsPerEpoch, epochs) ->
                rate((int) Math.min(step, steps - 1L)) / optimizersRate;
    }

    private double rate(int i) {
        return lowest * Math.pow(highest / lowest, i / (steps - 1.0));
    }

    /** Keeps the losses, and ends the test. */
    private final class Watch implements TrainingListener {
        private final int batches;
        private final List<Point> points = new ArrayList<>();
        private double average;
        private double weight = 1;
        private double least = Double.POSITIVE_INFINITY;
        private int count;
        private double sum;
        private boolean diverged;

        private Watch(int batches) {
            this.batches = batches;
        }

        @Override
        public Next onStep(StepResult step) {
            sum += step.loss();
            count++;
            if (count < batches && step.step() < step.stepsPerEpoch()) {
                return Next.CONTINUE;
            }
            double loss = sum / count;
            sum = 0;
            count = 0;
            average = smoothing * average + (1 - smoothing) * loss;
            weight *= smoothing;
            double smoothed = average / (1 - weight);
            points.add(new Point(step.learningRate(), loss, smoothed));
            least = Math.min(least, smoothed);
            diverged = smoothed > divergence * least && points.size() > 1;
            return diverged || points.size() == steps ? Next.STOP : Next.CONTINUE;
        }
    }
}
