package io.retrograd.report;

import io.retrograd.file.FileException;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.Dataset;
import io.retrograd.train.EpochResult;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.LayerTime;
import io.retrograd.train.Model;
import io.retrograd.train.StepResult;
import io.retrograd.train.Trainer;
import io.retrograd.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what a run's page shows, in {@value Measured#FILE} of the run's folder, which is replaced
 * as each epoch ends: the loss and the learning rate of its steps, and the norms of its gradients;
 * after training the worst mistakes, the first kernels and the time of each layer.
 */
public final class RunRecorder implements TrainingListener {
    private static final int MOST_MISTAKES = 24;

    private final Path folder;
    private final Model model;
    private final StepCurve steps;
    private final List<GradientNorms> gradients;
    private Measured measured;

    /**
     * A recorder. What an earlier part of the same run left in the folder goes on.
     *
     * @param folder the run's, which is there
     * @param settings what was chosen, by what it is, for the page
     * @param classes the names of the classes, in order; empty where they are numbers
     * @throws IOException if what is in the folder cannot be read
     */
    public RunRecorder(Path folder, Model model, Map<String, String> settings, List<String> classes)
            throws IOException {
        this.folder = folder;
        this.model = model;
        Path file = folder.resolve(Measured.FILE);
        Measured before = Files.exists(file) ? Run.measured(file) : Measured.NOTHING;
        steps = new StepCurve(before.steps());
        gradients = new ArrayList<>(before.gradients());
        measured =
                new Measured(
                        settings,
                        classes,
                        before.steps(),
                        before.gradients(),
                        List.of(),
                        null,
                        0,
                        List.of(),
                        null,
                        null);
    }

    @Override
    public boolean holdsNextStep() {
        return false;
    }

    @Override
    public Next onStep(StepResult step) {
        double epoch = step.epoch() - 1 + (double) step.step() / step.stepsPerEpoch();
        steps.add(epoch, step.loss(), step.learningRate());
        return Next.CONTINUE;
    }

    @Override
    public Next onEpoch(EpochResult epoch) {
        Map<String, Double> norms = new LinkedHashMap<>();
        for (Tensor parameter : model.parameters().tensors()) {
            norms.put(parameter.name(), norm(model.gradient(parameter.name())));
        }
        gradients.removeIf(known -> known.epoch() >= epoch.epoch());
        gradients.add(new GradientNorms(epoch.epoch(), norms));
        try {
            save();
        } catch (IOException e) {
            throw new UncheckedIOException(FileException.words(e), e);
        }
        return Next.CONTINUE;
    }

    private static double norm(double... values) {
        double sum = 0;
        for (double value : values) {
            sum += value * value;
        }
        return Math.sqrt(sum);
    }

    /**
     * Looks at the trained model: at its kernels, and at its mistakes.
     *
     * @param text the text of a sample; null if samples are none
     */
    public void examine(LabelledDataset test, int batch, @Nullable IntFunction<String> text) {
        List<Mistake> mistakes =
                model.outputShapes().size() == 1 && model.outputShape().rank() == 1
                        ? Mistakes.find(model, test, batch, MOST_MISTAKES, text)
                        : List.of();
        measured = measured.trained(Kernels.of(model).orElse(null), test.size(), mistakes);
    }

    /** Keeps what a test found whose targets are no classes. */
    public void tested(TestResult result) {
        measured = measured.tested(result);
    }

    /** Times the layers of a trainer's step. */
    public void time(Trainer trainer, Dataset training, double seconds) {
        measured = measured.times(LayerTime.measure(trainer, training, seconds));
    }

    /** Keeps the error that ended the training. */
    public void failed(String message) {
        measured = measured.failed(message);
    }

    /** Writes what is known until now. */
    public void save() throws IOException {
        measured = measured.course(steps.points(), gradients);
        Run.write(folder, measured);
    }
}
