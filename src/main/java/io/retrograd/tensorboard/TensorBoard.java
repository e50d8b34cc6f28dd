package io.retrograd.tensorboard;

import io.retrograd.report.Kernels;
import io.retrograd.report.Picture;
import io.retrograd.report.SamplePicture;
import io.retrograd.tensor.Tensor;
import io.retrograd.train.EpochResult;
import io.retrograd.train.Evaluation;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.StepResult;
import io.retrograd.train.TrainingListener;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a training down for TensorBoard, in one event file.
 *
 * <pre>{@code
 * try (TensorBoard board = TensorBoard.listener(Path.of("board/a"), model)) {
 *     board.settings(Map.of("learning rate", 0.01, "batch", 32));
 *     board.samples(dataset);
 *     trainer.listener(board).fit(dataset);
 * }
 * }</pre>
 *
 * <p>Then {@code tensorboard --logdir board} shows it. It holds
 *
 * <ul>
 *   <li>scalars: {@code step/loss} and {@code step/learning_rate} of each step; after each epoch
 *       {@code loss/training}, {@code accuracy/training}, {@code samples_per_second}, and of
 *       validation {@code loss/validation} and {@code metric/NAME};
 *   <li>histograms after each epoch: {@code weights/NAME} of each parameter and running statistic,
 *       {@code gradients/NAME} of the last step's gradients;
 *   <li>images: {@code kernels} of a first convolution over images, {@code samples/0} and others;
 *   <li>the graph of the network, and the settings, for the tab HPARAMS.
 * </ul>
 *
 * <p>What an epoch wrote is in the file when the next one begins. Closing marks the run as ended.
 */
public final class TensorBoard implements TrainingListener, Closeable {
    private static final int SAMPLES = 4;
    private static final int PIXELS = 24;

    private final Model model;
    private final EventFile file;
    private long steps;
    private boolean settled;
    private boolean closed;

    private TensorBoard(Path folder, Model model) throws IOException {
        this.model = model;
        file = new EventFile(folder);
        file.append(EventFile.event().set("graph_def", NetworkGraph.of(model).bytes()));
    }

    /**
     * A listener that writes a new event file.
     *
     * @param folder one for each run; it is made if it is missing
     * @throws IOException if the file cannot be written
     */
    public static TensorBoard listener(Path folder, Model model) throws IOException {
        return new TensorBoard(folder, model);
    }

    /** The event file. */
    public Path file() {
        return file.path();
    }

    /**
     * What was chosen for the run, once, before it begins.
     *
     * @param settings numbers, booleans, and anything else as text
     */
    public void settings(Map<String, ?> settings) throws IOException {
        settled = true;
        file.append(EventFile.event().set("summary", Settings.begin(settings)));
    }

    /** Shows the first few samples of a data set of images; of others none. */
    public void samples(LabelledDataset data) throws IOException {
        double[] sample = new double[Math.toIntExact(data.sampleShape().size())];
        for (int i = 0; i < Math.min(SAMPLES, data.size()); i++) {
            data.sample(i, sample, 0);
            Picture picture = SamplePicture.of("samples/" + i, data.sampleShape(), sample);
            if (picture != null && data.tokenIds() == null) {
                write(Proto.of("Summary").add("value", image(picture)));
            }
        }
    }

    @Override
    public boolean holdsNextStep() {
        return false;
    }

    @Override
    public Next onStep(StepResult step) {
        steps = (step.epoch() - 1L) * step.stepsPerEpoch() + step.step();
        Proto summary = Proto.of("Summary");
        scalar(summary, "step/loss", step.loss());
        scalar(summary, "step/learning_rate", step.learningRate());
        append(summary);
        return Next.CONTINUE;
    }

    @Override
    public Next onEpoch(EpochResult epoch) {
        Proto summary = Proto.of("Summary");
        scalar(summary, "loss/training", epoch.loss());
        scalar(summary, "accuracy/training", epoch.accuracy());
        scalar(summary, "samples_per_second", epoch.samplesPerSecond());
        Evaluation validation = epoch.validation();
        if (validation != null) {
            scalar(summary, "loss/validation", validation.loss());
            scalar(summary, "accuracy/validation", validation.accuracy());
            validation.metrics().forEach((name, value) -> scalar(summary, "metric/" + name, value));
        }
        append(summary);
        histograms();
        Kernels.grid(model, PIXELS)
                .ifPresent(grid -> append(Proto.of("Summary").add("value", image(grid))));
        return Next.CONTINUE;
    }

    /** A record each: of large networks they would be long together. */
    private void histograms() {
        for (Map.Entry<String, Tensor> each : model.parameters().named().entrySet()) {
            String name = each.getKey();
            histogram("weights/" + name, model.parameter(name));
            if (each.getValue().grad() != null) {
                histogram("gradients/" + name, model.gradient(name));
            }
        }
    }

    private void histogram(String tag, double... values) {
        @Nullable Proto histogram = Histogram.of(values);
        if (histogram != null) {
            Proto value = Proto.of("SummaryValue").set("tag", tag).set("histo", histogram);
            append(Proto.of("Summary").add("value", value));
        }
    }

    private static void scalar(Proto summary, String tag, double value) {
        if (!Double.isNaN(value)) {
            summary.add(
                    "value",
                    Proto.of("SummaryValue").set("tag", tag).set("simple_value", (float) value));
        }
    }

    private static Proto image(Picture picture) {
        Proto image =
                Proto.of("Image")
                        .set("height", picture.height())
                        .set("width", picture.width())
                        .set("colorspace", picture.channels())
                        .set("encoded_image_string", picture.file());
        return Proto.of("SummaryValue").set("tag", picture.name()).set("image", image);
    }

    private void append(Proto summary) {
        try {
            write(summary);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private void write(Proto summary) throws IOException {
        file.append(EventFile.event().set("step", steps).set("summary", summary));
    }

    /** Marks the run as ended, and closes the file. Closing twice does nothing. */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (file) {
            if (settled) {
                file.append(EventFile.event().set("step", steps).set("summary", Settings.end()));
            }
        }
    }
}
