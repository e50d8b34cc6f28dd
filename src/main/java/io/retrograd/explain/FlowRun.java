package io.retrograd.explain;

import io.retrograd.loss.CrossEntropy;
import io.retrograd.train.DivergenceException;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.StepResult;
import io.retrograd.train.Trainer;
import io.retrograd.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;

/**
 * The reach of gradients in a recurrent layer before and after a training, and the training.
 *
 * @param name the name of the network
 * @param before at its first parameters
 * @param after at its last ones
 * @param steps the training steps; fewer than planned if the training diverged
 */
public record FlowRun(
        String name, GradientFlow before, GradientFlow after, List<TrainingStep> steps) {
    /**
     * One step.
     *
     * @param loss before its update
     * @param gradientNorm L2 norm over all parameters of what the optimizer was given: clipped, if
     *     gradients are
     */
    public record TrainingStep(double loss, double gradientNorm) {}

    public FlowRun {
        steps = List.copyOf(steps);
    }

    /**
     * Measures, trains and measures again. The model keeps its last parameters.
     *
     * @param model a network whose first recurrent layer is looked at
     * @param data to train on
     * @param held to measure at, all of it
     * @throws IllegalArgumentException if the network has no recurrent layer or does not take the
     *     data
     */
    public static FlowRun of(
            String name, Model model, Trainer trainer, LabelledDataset data, LabelledDataset held) {
        CrossEntropy loss = new CrossEntropy();
        GradientFlow before = GradientFlow.of(model, loss, held, held.size()).get(0);
        List<TrainingStep> steps = new ArrayList<>();
        TrainingListener listener =
                new TrainingListener() {
                    @Override
                    public Next onStep(StepResult step) {
                        steps.add(new TrainingStep(step.loss(), gradientNorm(model)));
                        return Next.CONTINUE;
                    }
                };
        try {
            trainer.listener(listener).fit(data);
        } catch (DivergenceException e) {
            steps.add(new TrainingStep(Double.NaN, Double.NaN));
        }
        GradientFlow after = GradientFlow.of(model, loss, held, held.size()).get(0);
        return new FlowRun(name, before, after, steps);
    }

    private static double gradientNorm(Model model) {
        double sum = 0;
        for (String name : model.names()) {
            for (double g : model.gradient(name)) {
                sum += g * g;
            }
        }
        return Math.sqrt(sum);
    }

    /** The largest norm that the optimizer was given. */
    public double largestGradientNorm() {
        return steps.stream().mapToDouble(TrainingStep::gradientNorm).max().orElse(0);
    }

    /** The mean loss of the last steps. */
    public double lastLoss(int count) {
        return steps.stream()
                .skip(Math.max(0, steps.size() - count))
                .mapToDouble(TrainingStep::loss)
                .average()
                .orElse(Double.NaN);
    }
}
