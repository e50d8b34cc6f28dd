package io.retrograd.cli;

import io.retrograd.optim.Globs;
import io.retrograd.train.Freezing;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a training starts from, and what of that it leaves as it is. */
final class StartOptions {
    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = {
                "Start from these: safetensors, or what torch.save wrote of a state dictionary, with"
                        + " our names or, for networks that it has too, torchvision's. The last"
                        + " layer starts anew where it is for other classes."
            })
    private @Nullable Path weights;

    @Option(
            names = "--weights-key",
            paramLabel = "KEY",
            description = "Dictionary in the file of weights that holds them, as in state_dict.")
    private @Nullable String key;

    @Option(
            names = "--freeze",
            paramLabel = "PATTERN",
            description = {
                "Leave parameters of these names as they are, such as \"0.*\": * is any characters."
                        + " May be given several times."
            })
    private @Nullable List<String> freeze;

    @Option(
            names = "--freeze-norms",
            description = "Let frozen batch norm take its running statistics, and leave them so.")
    private boolean norms;

    @Option(
            names = "--unfreeze-after",
            paramLabel = "EPOCHS",
            description = "Train what is frozen too after so many epochs, with a new optimizer.")
    private @Nullable Integer unfreezeAfter;

    /**
     * Checks the options, before anything is read.
     *
     * @throws IllegalArgumentException for an invalid value, or one that needs another option
     */
    void check() {
        if (key != null && weights == null) {
            throw new IllegalArgumentException(
                    "--weights-key: expected a file with --weights too, got none");
        }
        if ((norms || unfreezeAfter != null) && freeze == null) {
            throw new IllegalArgumentException(
                    "--freeze: expected a pattern, as "
                            + (norms ? "--freeze-norms" : "--unfreeze-after")
                            + " is given, got none");
        }
        if (unfreezeAfter != null) {
            Values.atLeast("--unfreeze-after", 1, unfreezeAfter);
        }
    }

    /** Loads the weights, if there are any, and says what was done. */
    void load(String network, Model model, PrintWriter out) throws IOException {
        if (weights != null) {
            out.println(new FirstWeights(weights, key).load(network, model, /* newHead= */ true));
        }
    }

    /**
     * The same trainer, but it freezes what is to be frozen.
     *
     * @param names the model's
     * @throws IllegalArgumentException if a pattern matches none of them
     */
    Trainer freeze(Trainer trainer, List<String> names) {
        if (freeze == null) {
            return trainer;
        }
        Globs.patterns("--freeze", freeze, names);
        Freezing freezing = Freezing.of(freeze.toArray(String[]::new));
        if (norms) {
            freezing = freezing.norms();
        }
        return trainer.freeze(unfreezeAfter == null ? freezing : freezing.until(unfreezeAfter));
    }
}
