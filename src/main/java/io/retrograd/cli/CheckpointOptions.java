package io.retrograd.cli;

import io.retrograd.interop.Checkpoints;
import io.retrograd.train.CheckpointEvery;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a run is kept safe, and which one goes on. */
final class CheckpointOptions {
    @Option(
            names = "--checkpoint-every",
            paramLabel = "TIME",
            description = {
                "Write a checkpoint into the run's folder every so often: 30s, 10min, 100steps or"
                        + " 1epoch. Without it only Ctrl-C writes one."
            })
    private @Nullable String every;

    @Option(
            names = "--keep",
            paramLabel = "K",
            defaultValue = "2",
            description = "Keep the newest K checkpoints. Default: ${DEFAULT-VALUE}.")
    private int keep = 2;

    @Option(
            names = "--resume",
            paramLabel = "RUN",
            description = {
                "Go on with a run that did not finish, from its newest checkpoint: its folder, its"
                        + " name in --runs, or latest. All settings come from there; --data and"
                        + " --plan may name another place."
            })
    @Nullable String resume;

    /**
     * Checks the options, before anything is read.
     *
     * @throws IllegalArgumentException for an invalid value
     */
    void check() {
        every();
        Values.atLeast("--keep", 1, keep);
    }

    CheckpointEvery every() {
        if (every == null) {
            return CheckpointEvery.stop();
        }
        try {
            return CheckpointEvery.parse(every);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("--checkpoint-every: " + e.getMessage(), e);
        }
    }

    /** The checkpoints in the folder of a run. */
    Checkpoints in(RunDirectory directory, Consumer<String> report) {
        return Checkpoints.in(directory.checkpoints()).keep(keep).report(report);
    }
}
