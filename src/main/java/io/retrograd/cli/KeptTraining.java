package io.retrograd.cli;

import io.retrograd.interop.Checkpoints;
import io.retrograd.train.EpochResult;
import io.retrograd.train.History;
import io.retrograd.train.Model;
import io.retrograd.train.ResumeException;
import io.retrograd.train.Trainer;
import io.retrograd.train.TrainingProgress;
import io.retrograd.train.TrainingState;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * A training whose state is kept in its run's folder: a signal stops it where it can go on, and an
 * error of the disk tells how.
 */
final class KeptTraining {
    private static final String STOPPING =
            "stopping behind this step, with a checkpoint; once more stops at once";

    /** Trains. */
    interface Fit {
        History with(Trainer trainer);
    }

    private final TrainCommand command;
    private final RunDirectory directory;
    private final boolean goesOn;
    private final Checkpoints checkpoints;
    private final @Nullable TrainingState state;
    private int exitCode;

    /**
     * The training of a run.
     *
     * @param goesOn whether it was begun before: its history is taken back to the newest checkpoint
     * @throws IOException if a checkpoint or the history cannot be read
     */
    KeptTraining(TrainCommand command, RunDirectory directory, boolean goesOn) throws IOException {
        this.command = command;
        this.directory = directory;
        this.goesOn = goesOn;
        PrintWriter err = command.err();
        checkpoints = command.checkpoints.in(directory, message -> warn(err, message));
        state = goesOn ? checkpoints.newest() : null;
        if (goesOn) {
            RunHistory.rewind(directory.history(), state == null ? null : state.progress());
        }
    }

    private static void warn(PrintWriter err, String message) {
        err.println(message);
        err.flush();
    }

    /** Says where it goes on. */
    void announce(PrintWriter out) {
        if (goesOn) {
            out.println(
                    state == null
                            ? "no checkpoint yet, from the beginning:"
                            : "going on from " + state.progress().where() + ":");
        }
    }

    /**
     * Trains to the end, or until a signal.
     *
     * @param fit is called when signals are taken: whatever says that training begins belongs there
     */
    History fit(Model model, Trainer trainer, Fit fit) {
        Trainer kept = trainer.checkpoint(checkpoints, command.checkpoints.every()).resume(state);
        try (StopSignals signals = new StopSignals(command.err(), STOPPING)) {
            History history = fit.with(kept.stopWhen(signals::stopped));
            if (history.end() == History.End.INTERRUPTED) {
                exitCode = signals.exitCode();
                warn(
                        command.err(),
                        "stopped at update "
                                + model.steps()
                                + "; go on with: retrograd train --resume "
                                + directory.folder());
            }
            return history;
        } catch (UncheckedIOException e) {
            throw withHowToGoOn(e);
        } catch (ResumeException e) {
            IOException other = new IOException(directory.checkpoints() + ": " + e.getMessage(), e);
            throw new UncheckedIOException(other.getMessage(), other);
        }
    }

    /** An error of the disk or the data, with what can be done where the run has a checkpoint. */
    private UncheckedIOException withHowToGoOn(UncheckedIOException e) {
        try {
            if (checkpoints.any()) {
                IOException told =
                        new IOException(
                                e.getMessage()
                                        + "; its checkpoints stay: once this is mended, go on with"
                                        + " retrograd train --resume "
                                        + directory.folder(),
                                e.getCause());
                return new UncheckedIOException(told.getMessage(), told);
            }
        } catch (IOException unreadable) {
            e.addSuppressed(unreadable);
        }
        return e;
    }

    /** The seconds of training that it has behind it as it begins. */
    double secondsBefore() {
        if (state == null) {
            return 0;
        }
        TrainingProgress.Position position = state.progress().position();
        return state.progress().epochs().stream().mapToDouble(EpochResult::seconds).sum()
                + (position == null ? 0 : position.seconds());
    }

    /** 0, or what a signal that stopped it stands for. */
    int exitCode() {
        return exitCode;
    }
}
