package io.retrograd.cli;

import io.retrograd.loss.CrossEntropy;
import io.retrograd.optim.Optimizer;
import io.retrograd.optim.Optimizers;
import io.retrograd.optim.ReduceOnPlateau;
import io.retrograd.optim.Schedule;
import io.retrograd.train.Audit;
import io.retrograd.train.Augmentation;
import io.retrograd.train.LabelledDataset;
import io.retrograd.train.Model;
import io.retrograd.train.Trainer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of training; omitted ones come from the data set's {@link Recipe}. */
final class TrainingOptions {
    enum ScheduleKind {
        constant,
        step,
        exponential,
        cosine,
        one_cycle,
        plateau
    }

    private static final int PLATEAU_PATIENCE = 3;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training images.")
    @Nullable Integer epochs;

    @Option(names = "--batch", paramLabel = "N", description = "Images a step.")
    @Nullable Integer batch;

    @Option(
            names = "--lr",
            paramLabel = "X",
            description = "Learning rate, the highest of a schedule.")
    @Nullable Double learningRate;

    @Option(names = "--optimizer", paramLabel = "KIND", description = "${COMPLETION-CANDIDATES}.")
    @Nullable Optimizers optimizer;

    @Option(
            names = "--momentum",
            paramLabel = "X",
            defaultValue = "0.9",
            description = "Momentum of sgd. Default: ${DEFAULT-VALUE}.")
    double momentum = 0.9;

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            description = "Weight decay of the optimizer, over all parameters.")
    @Nullable Double weightDecay;

    @Option(names = "--schedule", paramLabel = "KIND", description = "${COMPLETION-CANDIDATES}.")
    @Nullable ScheduleKind schedule;

    @Option(
            names = "--warm-up",
            paramLabel = "EPOCHS",
            defaultValue = "0",
            description =
                    "Epochs over which the learning rate rises from 0. Default: ${DEFAULT-VALUE}.")
    double warmUp;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Seed of the first values, the order, shifts and dropout. Default:"
                            + " ${DEFAULT-VALUE}.")
    long seed = 1;

    @Option(
            names = "--l1",
            paramLabel = "X",
            defaultValue = "0",
            description = "Penalty X * sum |w| over weights. Default: ${DEFAULT-VALUE}.")
    double l1;

    @Option(
            names = "--l2",
            paramLabel = "X",
            defaultValue = "0",
            description = "Penalty X/2 * sum w^2 over weights. Default: ${DEFAULT-VALUE}.")
    double l2;

    @Option(names = "--clip-norm", paramLabel = "X", description = "Scale gradients to this norm.")
    @Nullable Double clipNorm;

    @Option(names = "--clip-value", paramLabel = "X", description = "Clamp gradients to [-X, X].")
    @Nullable Double clipValue;

    @Option(
            names = "--label-smoothing",
            paramLabel = "X",
            description = "Share of each label that is spread over all classes.")
    @Nullable Double labelSmoothing;

    @Option(
            names = "--early-stop",
            paramLabel = "EPOCHS",
            description = {
                "Hold a fifth of the training images out, stop when the loss on them has not"
                        + " fallen for that many epochs, and keep the parameters of the epoch at"
                        + " which it was lowest."
            })
    @Nullable Integer earlyStop;

    @Option(
            names = "--accumulate",
            paramLabel = "N",
            defaultValue = "1",
            description = "Batches whose mean gradient an update takes. Default: ${DEFAULT-VALUE}.")
    int accumulate = 1;

    @Option(
            names = "--ema",
            paramLabel = "X",
            description = {
                "Validate, and keep after training, a moving average of the parameters that keeps"
                        + " this share in each step."
            })
    @Nullable Double ema;

    @Option(
            names = "--drop-last",
            description = "Leave out the remainder of an epoch's images that fills no batch.")
    boolean dropLast;

    @Option(
            names = "--no-augment",
            description = "Train on the images as they are, without random shifts.")
    boolean noAugment;

    @Option(
            names = "--no-graph",
            description =
                    "On a GPU, enqueue each step piece by piece instead of replaying a recorded"
                            + " one.")
    boolean noGraph;

    @Option(
            names = "--audit",
            paramLabel = "N",
            arity = "0..1",
            fallbackValue = "0",
            description = {
                "Every N steps, compute one operation, drawn at random, again on the float64"
                        + " reference, and stop if it differs. Without N every 1000 steps, for at"
                        + " most 1 %% of the time."
            })
    @Nullable Integer audit;

    @Option(names = "--audit-warn", description = "If an audit differs, report it and train on.")
    boolean auditWarn;

    @Option(
            names = "--watch",
            description =
                    "Stop where training breaks a rule that every training keeps, such as that each"
                            + " trained parameter changes, and say which layer and what the usual"
                            + " cause is.")
    boolean watch;

    /**
     * Checks the options, before anything is read or computed.
     *
     * @throws IllegalArgumentException for an invalid value
     */
    void check() {
        each(epochs, n -> Values.atLeast("--epochs", 1, n));
        each(batch, n -> Values.atLeast("--batch", 1, n));
        each(learningRate, x -> Values.notNegative("--lr", x));
        Values.fraction("--momentum", momentum);
        each(weightDecay, x -> Values.notNegative("--weight-decay", x));
        Values.notNegative("--warm-up", warmUp);
        Values.notNegative("--l1", l1);
        Values.notNegative("--l2", l2);
        each(clipNorm, x -> Values.above0("--clip-norm", x));
        each(clipValue, x -> Values.above0("--clip-value", x));
        each(labelSmoothing, x -> Values.fraction("--label-smoothing", x));
        Values.atLeast("--accumulate", 1, accumulate);
        each(ema, x -> Values.fraction("--ema", x));
        each(earlyStop, n -> Values.atLeast("--early-stop", 1, n));
        each(audit, n -> Values.atLeast("--audit", 0, n));
    }

    private static <T> void each(@Nullable T given, Consumer<T> check) {
        if (given != null) {
            check.accept(given);
        }
    }

    /** The requested optimizer, or the recipe's. */
    Optimizer optimizer(Recipe recipe) {
        double rate = learningRate == null ? recipe.learningRate() : learningRate;
        double decay = weightDecay == null ? recipe.weightDecay() : weightDecay;
        Optimizers kind = optimizer == null ? recipe.optimizer() : optimizer;
        return kind.create(rate, momentum, decay);
    }

    /** The requested loss, or the recipe's. */
    CrossEntropy loss(Recipe recipe) {
        return new CrossEntropy()
                .labelSmoothing(labelSmoothing == null ? recipe.labelSmoothing() : labelSmoothing);
    }

    int epochs(Recipe recipe) {
        return epochs == null ? recipe.epochs() : epochs;
    }

    int batch(Recipe recipe) {
        return batch == null ? recipe.batch() : batch;
    }

    /** What they choose, for people, by what it is. */
    Map<String, String> settings(Recipe recipe) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("epochs", Integer.toString(epochs(recipe)));
        settings.put("batch", Integer.toString(batch(recipe)));
        settings.put("learning rate", Double.toString(optimizer(recipe).learningRate()));
        settings.put("optimizer", optimizer(recipe).toString());
        settings.put("schedule", schedule().name().replace('_', ' '));
        settings.put("loss", loss(recipe).toString());
        settings.put("l1 penalty", Double.toString(l1));
        settings.put("l2 penalty", Double.toString(l2));
        settings.put("augmentation", noAugment ? "none" : "random");
        settings.put("seed", Long.toString(seed));
        return settings;
    }

    private ScheduleKind schedule() {
        return schedule == null ? ScheduleKind.one_cycle : schedule;
    }

    /** A trainer of this model with all options. */
    Trainer trainer(Model model, Recipe recipe, DataOptions data, LabelledDataset samples) {
        CrossEntropy loss = loss(recipe);
        boolean mixed = data.pictures.mixes() && !noAugment;
        Trainer trainer =
                new Trainer(model, mixed ? loss.ofProbabilities() : loss, optimizer(recipe))
                        .workers(data.workers())
                        .epochs(epochs(recipe))
                        .batch(batch(recipe))
                        .seed(seed)
                        .dropLast(dropLast)
                        .accumulate(accumulate)
                        .l1(l1)
                        .l2(l2);
        if (clipNorm != null) {
            trainer = trainer.clipNorm(clipNorm);
        }
        if (clipValue != null) {
            trainer = trainer.clipValue(clipValue);
        }
        if (ema != null) {
            trainer = trainer.ema(ema);
        }
        if (earlyStop != null) {
            trainer = trainer.earlyStop(earlyStop);
        }
        Augmentation augmentation = noAugment ? null : data.augmentation(samples);
        if (augmentation != null) {
            trainer = trainer.augment(augmentation);
        }
        if (audit != null || auditWarn) {
            Audit each = audit == null || audit == 0 ? Audit.sparing() : Audit.every(audit);
            trainer = trainer.audit(auditWarn ? each.warn() : each);
        }
        trainer = watch ? trainer.watch() : trainer;
        return schedule(noGraph ? trainer.eager() : trainer, recipe);
    }

    /** Decay schedules divide the rate by ten twice in a training. */
    private Trainer schedule(Trainer trainer, Recipe recipe) {
        int third = Math.max(1, (epochs(recipe) + 2) / 3);
        return switch (schedule()) {
            case constant -> trainer.schedule(Schedule.constant().warmup(warmUp));
            case step -> trainer.schedule(Schedule.step(third, 0.1).warmup(warmUp));
            case exponential ->
                    trainer.schedule(
                            Schedule.exponential(Math.pow(0.1, 1.0 / third)).warmup(warmUp));
            case cosine -> trainer.schedule(Schedule.cosine().warmup(warmUp));
            case one_cycle -> trainer.schedule(Schedule.oneCycle().warmup(warmUp));
            case plateau ->
                    trainer.schedule(Schedule.constant().warmup(warmUp))
                            .reduceOnPlateau(new ReduceOnPlateau(0.1, PLATEAU_PATIENCE));
        };
    }
}
