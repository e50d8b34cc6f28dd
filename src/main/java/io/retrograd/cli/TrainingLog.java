package io.retrograd.cli;

import io.retrograd.train.AuditResult;
import io.retrograd.train.EpochResult;
import io.retrograd.train.Evaluation;
import io.retrograd.train.Model;
import io.retrograd.train.StepResult;
import io.retrograd.train.TrainingListener;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;

/**
 * Shows a training, as a bar on a terminal and as a line an epoch elsewhere, and keeps its history
 * and the newest parameters in the run's folder.
 */
final class TrainingLog implements TrainingListener, AutoCloseable {
    private static final int UPDATE_MILLIS = 200;

    /** The share of the time that training waits for data beyond which those limit it. */
    private static final double LIMITING = 0.1;

    private final Model model;
    private final RunDirectory directory;
    private final int epochs;
    private final int samples;
    private final String kind;
    private final PrintWriter out;
    private final @Nullable ProgressBar bar;
    private final int workers;
    private int audits;
    private double largestExcess;

    /**
     * A log.
     *
     * @param samples the number of samples of an epoch
     * @param kind the kind of samples, as in {@code images}
     * @param workers threads that read samples
     */
    TrainingLog(
            Model model,
            RunDirectory directory,
            int epochs,
            int samples,
            String kind,
            int workers,
            PrintWriter out) {
        this.model = model;
        this.directory = directory;
        this.epochs = epochs;
        this.samples = samples;
        this.kind = kind;
        this.out = out;
        this.workers = workers;
        bar = Ansi.AUTO.enabled() ? bar((long) epochs * samples, System.err) : null;
    }

    private static ProgressBar bar(long total, PrintStream terminal) {
        return new ProgressBarBuilder()
                .setTaskName("")
                .setInitialMax(total)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setUnit("", 1)
                .showSpeed()
                .setConsumer(new ConsoleProgressBarConsumer(terminal))
                .build();
    }

    @Override
    public boolean holdsNextStep() {
        return false;
    }

    @Override
    public Next onStep(StepResult step) {
        if (bar != null) {
            bar.setExtraMessage(
                    String.format(
                            " %d/%d loss %.3f%s",
                            step.epoch(),
                            step.epochs(),
                            step.meanLoss(),
                            accuracy(step.meanAccuracy(), " acc %.1f%%")));
            bar.stepTo((step.epoch() - 1L) * samples + step.samples());
        }
        return Next.CONTINUE;
    }

    @Override
    public Next onEpoch(EpochResult epoch) {
        if (bar == null) {
            out.printf(
                    "epoch %3d/%d  loss %.4f%s  %,7.0f %s/s%s  %s left%n",
                    epoch.epoch(),
                    epochs,
                    epoch.loss(),
                    accuracy(epoch.accuracy(), "  accuracy %6.2f %%"),
                    epoch.samplesPerSecond(),
                    kind,
                    limit(epoch),
                    time((epochs - epoch.epoch()) * epoch.seconds()));
            out.flush();
        }
        addHistory(history(epoch));
        try {
            directory.saveModel(
                    model.parameters(), Map.of("epoch", Integer.toString(epoch.epoch())));
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
        return Next.CONTINUE;
    }

    /** Nothing where targets are no classes. */
    private static String accuracy(double share, String format) {
        return Double.isNaN(share) ? "" : String.format(format, 100 * share);
    }

    @Override
    public void onAudit(AuditResult audit) {
        audits++;
        largestExcess = Math.max(largestExcess, audit.excess());
        if (!audit.passed()) {
            out.println(audit.message());
            out.flush();
        }
        addHistory(line(audit));
    }

    /** Prints the number of audited operations and their largest difference. */
    void printAudits() {
        if (audits > 0) {
            out.printf(
                    "audited %d operations against the reference, worst difference %.1e of the"
                            + " rounding tolerance%n",
                    audits, largestExcess);
        }
    }

    private static Map<String, Object> line(AuditResult audit) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("audit", audit.operation());
        line.put("step", audit.step());
        line.put("elements", audit.elements());
        line.put("tensor", audit.tensor() + audit.shape().index(audit.element()));
        line.put("expected", audit.expected());
        line.put("got", audit.got());
        line.put("tolerance", audit.tolerance());
        line.put("passed", audit.passed());
        return line;
    }

    static Map<String, Object> history(EpochResult epoch) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("epoch", epoch.epoch());
        line.put("steps", epoch.steps());
        line.put("loss", epoch.loss());
        if (!Double.isNaN(epoch.accuracy())) {
            line.put("accuracy", epoch.accuracy());
        }
        line.put("penalty", epoch.penalty());
        Evaluation validation = epoch.validation();
        if (validation != null) {
            line.put("validation_loss", validation.loss());
            line.put("validation_accuracy", validation.accuracy());
        }
        line.put("learning_rate", epoch.learningRate());
        line.put("seconds", epoch.seconds());
        line.put("images_per_second", epoch.samplesPerSecond());
        line.put("data_wait_seconds", epoch.waitedSeconds());
        return line;
    }

    /** What a training with threads that read samples waits for. */
    private String limit(EpochResult epoch) {
        return workers == 0
                ? ""
                : String.format(
                        ", %s limits (waits %.0f %% for data)",
                        epoch.waitedShare() > LIMITING ? "reading" : "the device",
                        100 * epoch.waitedShare());
    }

    private void addHistory(Map<String, Object> line) {
        try {
            directory.addHistory(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static String time(double seconds) {
        long rounded = Math.round(seconds);
        return String.format("%d:%02d", rounded / 60, rounded % 60);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
