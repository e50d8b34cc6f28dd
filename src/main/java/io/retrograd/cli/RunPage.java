package io.retrograd.cli;

import io.retrograd.backend.MemoryException;
import io.retrograd.data.Texts;
import io.retrograd.data.TrainTest;
import io.retrograd.report.ReportPage;
import io.retrograd.report.RunRecorder;
import io.retrograd.train.Dataset;
import io.retrograd.train.History;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The page of a run of {@code train}: what it shows is kept while the run goes on. */
final class RunPage {
    /** The time for timing layers, once a run. */
    private static final double TIMING_SECONDS = 0.3;

    private final Path folder;
    private final RunRecorder recorder;
    private final PrintWriter out;

    /**
     * The page of a run that begins.
     *
     * @param classes their names; empty where there are none
     * @param settings what was chosen, by what it is
     */
    RunPage(
            RunDirectory directory,
            Model model,
            List<String> classes,
            Map<String, String> settings,
            PrintWriter out)
            throws IOException {
        folder = directory.folder();
        recorder = new RunRecorder(folder, model, settings, classes);
        this.out = out;
    }

    /** Hears of the training. */
    RunRecorder recorder() {
        return recorder;
    }

    /** Looks at a trained model, and times its layers. */
    void examine(Trainer trainer, TrainTest parts, int batch) {
        recorder.examine(
                parts.test(), batch, parts.test() instanceof Texts texts ? texts::text : null);
        time(trainer, parts.train());
    }

    /** Times a trained model's layers. */
    void time(Trainer trainer, Dataset training) {
        try {
            recorder.time(trainer, training, TIMING_SECONDS);
        } catch (MemoryException e) {
            out.printf("the layers were not timed: %s%n", e.getMessage());
        }
    }

    /** Trains; an error that ends the training has its page too. */
    History of(Supplier<History> training) {
        try {
            return training.get();
        } catch (RuntimeException e) {
            recorder.failed(String.valueOf(e.getMessage()));
            try {
                write();
            } catch (IOException | RuntimeException lost) {
                e.addSuppressed(lost);
            }
            throw e;
        }
    }

    /** Writes the page of what is known. */
    Path write() throws IOException {
        recorder.save();
        Path page = ReportPage.write(folder);
        out.printf("report in %s%n", page);
        out.flush();
        return page;
    }

    /** Opens a page in the browser, or says why not. */
    static void open(Path page, PrintWriter out) {
        String problem = Browser.open(page);
        if (problem != null) {
            out.printf("the report was not opened: %s%n", problem);
            out.flush();
        }
    }
}
